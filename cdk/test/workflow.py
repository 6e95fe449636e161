"""Runs the jobs of a GitHub workflow on this machine, as far as they go without GitHub's machines.

A job is a fresh clone of a bare repository; its steps are run by bash in their order, with the conditions,
variables and outputs that the YAML names. Of actions those that matter here have a stand-in (ACTIONS).
Expressions are the few forms that the workflows use; another one stops the test.
"""

import json
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from laptop import Laptop, Stopped


# Before anything failed.
STATUS = {"failure()": False, "success()": True, "always()": True, "cancelled()": False}


@dataclass
class GitHub:
    """What GitHub knows of a repository: its variables, its environments, its artifacts, and who it is in tokens."""

    recorder: object
    folder: Path
    origin: Path
    variables: dict
    # The variables and required reviewers of each environment.
    environments: dict
    subject: str
    event: dict = field(default_factory=dict)
    settings: dict = field(default_factory=dict)
    artifacts: dict = field(default_factory=dict)
    ran: list = field(default_factory=list)

    def workflow(self, name):
        return yaml.safe_load((self.origin.parent / "hearth/.github/workflows" / name).read_text(encoding="utf-8"))

    def run(self, name, inputs=None, only=None):
        """Every job of a workflow after those that it needs; the result of each. A job whose needs failed is skipped."""
        results = {}
        for key, job in self.workflow(name)["jobs"].items():
            if only and key not in only:
                continue
            needs = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs", [])
            condition = re.sub(r"\s+", " ", job.get("if", "success()")).strip()
            is_held = any(results.get(one, "success") != "success" for one in needs) and "always()" not in condition
            if is_held or not self.evaluate(condition, {"inputs": inputs or {}, "status": STATUS}):
                results[key] = "skipped"
            elif "uses" in job:
                with_ = {name: self.value(value, {"inputs": inputs or {}}) for name, value in job.get("with", {}).items()}
                found = self.run(Path(job["uses"]).name, with_)
                results[key] = "success" if set(found.values()) <= {"success", "skipped"} else "failure"
            else:
                results[key] = Job(self, key, job, inputs or {}).run()
        return results

    def value(self, text, scope):
        """A value of the YAML with its expressions worked out."""
        if not isinstance(text, str):
            return text
        return re.sub(r"\$\{\{\s*(.+?)\s*\}\}", lambda found: str(self.evaluate(found[1], scope) or ""), text)

    def evaluate(self, expression, scope):
        """a.b.c, 'text', comparisons of the two with && between, contains of a list, and ! before it."""
        expression = re.sub(r"^\$\{\{\s*(.*?)\s*\}\}$", r"\1", expression)
        if expression.startswith("!"):
            return not self.evaluate(expression[1:].strip(), scope)
        found = re.fullmatch(r"contains\(([\w.]+)\.\*\.(\w+), '([^']*)'\)", expression)
        if found:
            return found[3] in [one[found[2]] for one in self.evaluate(found[1], scope) or []]
        if "&&" in expression:
            return all(self.evaluate(part.strip(), scope) for part in expression.split("&&"))
        for sign, is_equal in (("==", True), ("!=", False)):
            if sign in expression:
                left, right = (self.evaluate(part.strip(), scope) for part in expression.split(sign))
                return (left == right) is is_equal
        if expression.startswith("'"):
            return expression.strip("'")
        if expression in ("failure()", "always()", "success()", "cancelled()"):
            return scope["status"][expression]
        if not re.fullmatch(r"[\w.-]+", expression):
            raise Stopped(f"the runner does not know the expression {expression}")
        value = {"github": {"event": self.event, "repository": "example/hearth", "token": "", "ref": "refs/heads/main"}} | scope
        for part in expression.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        return value


class Job:
    """One job in a clone of its own."""

    def __init__(self, github, name, job, inputs):
        self.github, self.name, self.job = github, name, job
        self.environment = github.value(job.get("environment", ""), {"inputs": inputs})
        own = github.environments.get(self.environment, {})
        self.scope = {"inputs": inputs, "vars": github.variables | own, "steps": {}, "status": dict(STATUS)}
        self.laptop, self.settings = None, {"CI": "true"}

    def run(self):
        self.settings |= {key: self.github.value(value, self.scope) for key, value in self.job.get("env", {}).items()}
        for step in self.job["steps"]:
            self.step(step)
        return "failure" if self.scope["status"]["failure()"] else "success"

    def step(self, step):
        status = self.scope["status"]
        condition = step.get("if")
        asks = condition is not None and re.search(r"(failure|always|cancelled)\(\)", condition)
        wanted = self.github.evaluate(condition, self.scope) if condition is not None else True
        if not wanted or status["failure()"] and not asks:
            outcome = "skipped"
        else:
            try:
                self.carry_out(step)
                outcome = "success"
            except Stopped as stopped:
                outcome = "failure"
                self.github.ran.append((self.name, step.get("run") or step["uses"], str(stopped)))
                if not step.get("continue-on-error"):
                    status["failure()"], status["success()"] = True, False
        if "id" in step:
            self.scope["steps"][step["id"]] = {"outcome": outcome}
        self.github.ran.append((f"{self.name} {self.environment}".strip(), step.get("run") or step["uses"].split("@")[0], outcome))

    def carry_out(self, step):
        if "uses" in step:
            action = step["uses"].split("@")[0]
            if not re.fullmatch(r"[0-9a-f]{40}", step["uses"].split("@")[1]):
                raise Stopped(f"{step['uses']} is not pinned")
            ACTIONS[action](self, {key: self.github.value(value, self.scope) for key, value in step.get("with", {}).items()})
            return
        settings = self.settings | {key: self.github.value(value, self.scope) for key, value in step.get("env", {}).items()}
        # bash as GitHub starts it: docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#defaultsrunshell
        self.laptop.run(f"set -eo pipefail; {self.github.value(step['run'], self.scope)}", **settings)

    def checkout(self, _):
        here = self.github.folder / f"job{len(list(self.github.folder.glob('job*')))}"
        here.mkdir()
        self.laptop = Laptop(self.github.recorder, here, self.github.origin)
        self.laptop.environment |= self.github.settings | {"GITHUB_STEP_SUMMARY": str(here / "summary")}
        # Nobody is logged in on GitHub's machines.
        shutil.rmtree(here / "home/.aws")

    def credentials(self, values):
        """Takes the role on with a token of this job: docs.github.com/en/actions/reference/security/oidc"""
        if self.job.get("permissions", {}).get("id-token") != "write":
            raise Stopped("the job may write no id-token, so it can take no role on")
        where = f"environment:{self.environment}" if self.environment else "ref:refs/heads/main"
        claims = {"aud": "sts.amazonaws.com", "sub": f"{self.github.subject}:{where}"}
        if not values.get("role-to-assume") or not values.get("aws-region"):
            raise Stopped(f"configure-aws-credentials has {values}: a variable is not set on GitHub")
        said = self.laptop.run(
            "aws sts assume-role-with-web-identity --no-sign-request --output json --role-session-name GitHubActions "
            f"--role-arn '{values['role-to-assume']}' --web-identity-token \"$TOKEN\"", TOKEN=json.dumps(claims), AWS_REGION=values["aws-region"])
        made = json.loads(said[said.index("{"):])["Credentials"]
        region = values["aws-region"]
        self.settings |= {"AWS_ACCESS_KEY_ID": made["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": made["SecretAccessKey"], "AWS_SESSION_TOKEN": made["SessionToken"],
                          "AWS_REGION": region, "AWS_DEFAULT_REGION": region}

    def upload(self, values):
        paths = [self.laptop.tree / line for line in values["path"].split()]
        missing = [path for path in paths if not path.exists()]
        if missing and values.get("if-no-files-found") == "error":
            raise Stopped(f"upload-artifact: no {missing} is there")
        self.github.artifacts[values["name"]] = {path.name: path.read_bytes() for path in paths if path.is_file()}

    def download(self, values):
        if self.laptop is None:
            self.checkout(values)
        folder = self.laptop.tree / values.get("path", ".")
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self.github.artifacts[values["name"]].items():
            (folder / name).write_bytes(content)

    def node(self, values):
        """Node.js in the version that AWS's SDKs for JavaScript need after January 2027."""
        if int(str(values["node-version"]).split(".")[0]) < 22:
            raise Stopped(f"setup-node installs {values['node-version']}, and AWS's SDKs need 22")

    def nothing(self, values):
        """What makes a machine ready that is ready here."""


ACTIONS = {
    "actions/checkout": Job.checkout, "actions/setup-node": Job.node, "actions/upload-artifact": Job.upload, "actions/download-artifact": Job.download,
    "aws-actions/configure-aws-credentials": Job.credentials, "docker/setup-buildx-action": Job.nothing, "Swatinem/rust-cache": Job.nothing,
}
