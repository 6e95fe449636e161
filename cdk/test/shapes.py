"""Rules for one template, each of which AWS enforces only while it deploys, or never tells."""

import re

from iam import ALLOWED, Principal
from template import ACCOUNT, REGION

# Types whose physical name or number stays taken when a failed creation keeps them.
# Lambda publishes no second version of equal code and configuration, and CloudFormation then says
# AlreadyExists: github.com/aws/aws-cdk/issues/35540.
KEPT_BY_NUMBER = ("AWS::Lambda::Version",)


def shapes(template, iam, zoned=None):
    """What is wrong with one template, a sentence each; `zoned` are the domains of a service stack that have a zone."""
    yield from retained(template)
    yield from topics(template, iam)
    if zoned is not None:
        yield from records(template, set(zoned))
        yield from ways_in(template)


def retained(template):
    """Retain keeps a resource whose creation failed, so that the next try finds its name taken; RetainExceptOnCreate
    does not: docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html"""
    for resource in template.resources.values():
        if resource.raw.get("DeletionPolicy") == "Retain" and (resource.is_named or resource.type in KEPT_BY_NUMBER):
            yield f"{template.stack}: {resource.type} {re.sub('[0-9A-Fa-f]{8,}$', '', resource.key)} has DeletionPolicy Retain, and its second creation would find it there"


def topics(template, iam):
    """A topic with a policy of its own no longer has the default one, so CloudWatch must be named:
    repost.aws/knowledge-center/cloudwatch-receive-sns-for-alarm-trigger"""
    told = {action for alarm in template.of("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
            for action in alarm.properties.get("AlarmActions", [])}
    policies = {topic: policy.properties["PolicyDocument"] for policy in template.of("AWS::SNS::TopicPolicy") for topic in policy.properties["Topics"]}
    cloudwatch = Principal("cloudwatch.amazonaws.com", [])
    context = {"aws:SecureTransport": "true", "aws:SourceAccount": ACCOUNT, "aws:SourceArn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{template.stack}-a"}
    for topic in sorted(told & set(policies)):
        said = iam.decide(cloudwatch, "sns:Publish", [topic], context, policies[topic])
        if said != ALLOWED:
            yield f"{template.stack}: CloudWatch may not publish to {topic}, so no alarm mails ({said})"
    for topic in template.of("AWS::SNS::Topic"):
        subscribed = [one for one in template.of("AWS::SNS::Subscription") if one.properties["TopicArn"] == topic.ref]
        if not subscribed and "Subscription" not in topic.properties:
            yield f"{template.stack}: nobody is subscribed to {topic.ref}"


def records(template, wanted):
    """A domain with a zone has a record there, whatever the endpoint runs on."""
    names = {record.properties["Name"].rstrip(".") for record in template.of("AWS::Route53::RecordSet")}
    if names != wanted:
        yield f"{template.stack}: the zone has records for {sorted(names) or 'nothing'}, and config.ts asks for {sorted(wanted) or 'none'}"


def ways_in(template):
    """A person and the smoke test find each endpoint by an output."""
    if not any(key.startswith("Url") and value.startswith("https://") for key, value in template.outputs.items()):
        yield f"{template.stack}: no output has the address of the endpoint"


def rollback_shapes(rollback, service):
    """A rollback is wanted most while an alarm fires, so no alarm may stop it: shifting must go at once and
    heed none (docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-create-alarms.html)."""
    for group in rollback.of("AWS::CodeDeploy::DeploymentGroup"):
        alarms = group.properties.get("AlarmConfiguration", {})
        if alarms.get("Enabled", bool(alarms.get("Alarms"))) and alarms.get("Alarms"):
            yield f"{rollback.stack}: a rollback heeds {len(alarms['Alarms'])} alarms, and CodeDeploy starts nothing while one fires"
        if "DEPLOYMENT_STOP_ON_ALARM" in group.properties.get("AutoRollbackConfiguration", {}).get("Events", []):
            yield f"{rollback.stack}: a rollback is taken back itself when an alarm fires"
        if "AllAtOnce" not in group.properties.get("DeploymentConfigName", ""):
            yield f"{rollback.stack}: a rollback shifts by {group.properties.get('DeploymentConfigName')} and not at once"
    for task in rollback.of("AWS::ECS::Service"):
        if task.properties.get("DeploymentConfiguration", {}).get("Alarms", {}).get("Enable"):
            yield f"{rollback.stack}: a rollback of the tasks heeds alarms, and ECS takes it back while one fires"
    kept = {alarm.name for alarm in service.of("AWS::CloudWatch::Alarm")}
    if kept != {alarm.name for alarm in rollback.of("AWS::CloudWatch::Alarm")}:
        yield f"{rollback.stack}: a rollback has other alarms than a deployment, so people would hear of nothing"
