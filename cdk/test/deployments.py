"""What CloudFormation does with a template: makes, changes and removes each resource, with the refusals of its service."""

import json

from calls import calls
from refusals import configuration, moto, refused_by, shift

# Types without a name of their own of which an account can have one all the same.
SINGLE = ("AWS::IAM::OIDCProvider", "AWS::Budgets::Budget")
KEEPS = ("Retain", "RetainExceptOnCreate")


class Failure(Exception):
    """A resource that its service refused."""

    def __init__(self, resource, reason):
        super().__init__(reason)
        self.resource = resource


class Deployment:
    """One template on its way into a stack; without one, the stack on its way out."""

    def __init__(self, account, stack, template, principal, imports):
        self.account, self.stack, self.template, self.principal, self.imports = account, stack, template, principal, imports
        self.before = stack.template.resources if stack.template else {}
        self.after = template.resources if template else {}
        self.has_new_outputs = template is not None and stack.template is not None and template.outputs != stack.template.outputs

    def changes(self):
        def change(action, resource):
            return {"Type": "Resource", "ResourceChange": {"Action": action, "LogicalResourceId": resource.key, "ResourceType": resource.type}}
        added = [change("Import" if self.can_import(one) else "Add", one) for key, one in self.after.items() if key not in self.before]
        changed = [change("Modify", one) for key, one in self.after.items() if key in self.before and one.raw != self.before[key].raw]
        return added + changed + [change("Remove", one) for key, one in self.before.items() if key not in self.after]

    def carry_out(self):
        """All or nothing: a failure takes back what was done before it."""
        made, changed = [], []
        try:
            for key in self.order():
                resource, old = self.after[key], self.before.get(key)
                if old is None:
                    self.make(resource)
                    made.append(resource)
                elif old.properties != resource.properties:
                    self.change(resource, old)
                    changed.append(old)
        except Failure:
            for resource in reversed(made):
                self.remove(resource, is_undone=True)
            for old in changed:
                self.remember(old)
            raise
        for key, old in self.before.items():
            if key not in self.after:
                self.remove(old)

    def take_down(self):
        for resource in reversed(list(self.before.values())):
            self.remove(resource)

    def order(self):
        """Logical ids, each after what it refers to."""
        done = []

        def visit(key, path=()):
            if key in done or key not in self.after or key in path:
                return
            for other in references(self.after[key].raw):
                visit(other, (*path, key))
            done.append(key)

        for key in self.after:
            visit(key)
        return done

    def may(self, resource, handler):
        for call in calls(resource, (handler,)):
            if call.action == "iam:CreateServiceLinkedRole" and call.resources[0] in self.account.linked:
                continue
            if self.account.iam.decide(self.principal, call.action, call.resources, call.context).endswith("Denied"):
                raise Failure(resource, f"Resource handler returned message: \"User: {self.principal.arn} is not authorized to perform: {call}\" (HandlerErrorCode: AccessDenied)")
            if call.action == "iam:CreateServiceLinkedRole":
                self.account.linked.add(call.resources[0])

    def identity(self, resource):
        if resource.is_named:
            return resource.type, resource.name
        return (resource.type, resource.arn or resource.type) if resource.type in SINGLE else None

    def can_import(self, resource):
        """docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html"""
        identity = self.identity(resource)
        return (self.imports and identity in self.account.existing and self.account.existing[identity] is None
                and resource.raw.get("DeletionPolicy") in KEEPS)

    def make(self, resource):
        self.may(resource, "create")
        identity = self.identity(resource)
        if identity in self.account.existing and not self.can_import(resource):
            raise Failure(resource, f"Resource of type '{resource.type}' with identifier '{identity[1]}' already exists. (HandlerErrorCode: AlreadyExists)")
        refused = refused_by(self.account, resource)
        if resource.type in self.account.fails_once:
            self.account.fails_once.discard(resource.type)
            refused = f"{resource.type} has a fault of its own on this day (Status Code: 500)"
        if refused:
            raise Failure(resource, refused)
        is_there = identity in self.account.existing
        self.remember(resource)
        refused = None if is_there else moto(self.account, resource)
        if refused:
            raise Failure(resource, refused)

    def change(self, resource, old):
        self.may(resource, "update")
        if resource.is_named and resource.name != old.name:
            self.make(resource)
            self.remove(old)
            return
        refused = refused_by(self.account, resource)
        if resource.type == "AWS::Lambda::Alias" and resource.properties.get("FunctionVersion") is not None and self.shifts(resource, old):
            refused = shift(self.account, resource)
        if refused:
            raise Failure(resource, refused)
        self.remember(resource)

    def shifts(self, resource, old):
        return json.dumps(resource.raw["Properties"].get("FunctionVersion")) != json.dumps(old.raw["Properties"].get("FunctionVersion"))

    def remember(self, resource):
        identity = self.identity(resource)
        if identity:
            self.account.existing[identity] = self.stack.name
        if resource.type == "AWS::Lambda::Version":
            self.account.versions.setdefault(resource.properties["FunctionName"], []).append((resource.key, configuration(resource)))

    def remove(self, resource, is_undone=False):
        policy = resource.raw.get("DeletionPolicy")
        if policy == "Retain" or policy == "RetainExceptOnCreate" and not is_undone:
            identity = self.identity(resource)
            if identity:
                self.account.existing[identity] = None
            return
        self.may(resource, "delete")
        refused = moto(self.account, resource, is_removed=True)
        if refused and not is_undone:
            raise Failure(resource, refused)
        self.account.existing.pop(self.identity(resource), None)
        if resource.type == "AWS::Lambda::Version":
            published = self.account.versions.get(resource.properties["FunctionName"], [])
            published[:] = [one for one in published if one[0] != resource.key]
        if resource.type == "AWS::Lambda::Function":
            self.account.versions.pop(resource.name, None)


def references(node):
    """Logical ids that a resource waits for."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "Ref":
                yield value
            elif key == "Fn::GetAtt":
                yield value[0] if isinstance(value, list) else value.split(".")[0]
            elif key == "DependsOn":
                yield from [value] if isinstance(value, str) else value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for item in node:
            yield from references(item)
