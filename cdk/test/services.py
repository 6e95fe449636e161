"""What AWS's services do with the roles of a template, each by the page that says so."""

import functools

from calls import Call
from template import ACCOUNT, REGION

arn = functools.partial("arn:aws:{0}:{region}:{account}:{1}".format, region=REGION, account=ACCOUNT)
XRAY = ("xray:PutTraceSegments", "xray:PutTelemetryRecords")
# docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
DELIVERY = (
    "logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery", "logs:ListLogDeliveries",
    "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups",
)


def each(actions, *resources):
    return [Call(action, list(resources)) for action in actions]


def writes(group):
    return each(("logs:CreateLogStream", "logs:PutLogEvents"), arn("logs", f"log-group:{group}:log-stream:a"))


def uses(resource):
    """The roles that a resource is given, and the calls that its service makes as them."""
    values = resource.properties
    match resource.type:
        case "AWS::Lambda::Function":
            # docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html, services-xray.html
            traces = each(XRAY) if values.get("TracingConfig", {}).get("Mode") == "Active" else []
            yield values["Role"], writes(values["LoggingConfig"]["LogGroup"]) + traces
        case "AWS::CodeDeploy::DeploymentGroup":
            # docs.aws.amazon.com/codedeploy/latest/userguide/getting-started-create-service-role.html: shifting an alias, heeding alarms
            function = arn("lambda", f"function:{values['ApplicationName']}")
            yield values["ServiceRoleArn"], each(("lambda:GetAlias", "lambda:UpdateAlias", "lambda:GetProvisionedConcurrencyConfig"), function) + each(["cloudwatch:DescribeAlarms"], arn("cloudwatch", "alarm:a"))
        case "AWS::EC2::FlowLog":
            # docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html, less what is for a group that is not there yet.
            # What concerns a whole group is asked of its ARN with the end of a stream's
            group = arn("logs", f"log-group:{values['LogGroupName']}:log-stream:")
            yield values["DeliverLogsPermissionArn"], writes(values["LogGroupName"]) + each(["logs:DescribeLogStreams"], group)
        case "AWS::ECS::TaskDefinition":
            # docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
            images = each(("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"), arn("ecr", "repository/hearth"))
            group = values["ContainerDefinitions"][0]["LogConfiguration"]["Options"]["awslogs-group"]
            yield values["ExecutionRoleArn"], each(["ecr:GetAuthorizationToken"]) + images + writes(group)
        case "AWS::KinesisFirehose::DeliveryStream":
            # docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3
            place = values["ExtendedS3DestinationConfiguration"]
            folder = place["Prefix"].split("!")[0]
            files = each(("s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"), f"{place['BucketARN']}/{folder}a")
            bucket = each(("s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"), place["BucketARN"])
            log = place["CloudWatchLoggingOptions"]
            stream = arn("logs", f"log-group:{log['LogGroupName']}:log-stream:{log['LogStreamName']}")
            yield place["RoleARN"], files + bucket + each(["logs:PutLogEvents"], stream)
        case "AWS::Logs::SubscriptionFilter":
            # docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html#FirehoseExample
            yield values["RoleArn"], each(("firehose:PutRecord", "firehose:PutRecordBatch"), values["DestinationArn"])
        case "AWS::Scheduler::Schedule":
            # docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html
            yield values["Target"]["RoleArn"], each(["states:StartExecution"], values["Target"]["Arn"])
        case "AWS::Events::Rule":
            # docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html#eb-target-permissions
            for target in values["Targets"]:
                action = "events:InvokeApiDestination" if ":api-destination/" in target["Arn"] else "states:StartExecution"
                yield target["RoleArn"], each([action], target["Arn"])
        case "AWS::StepFunctions::StateMachine":
            yield values["RoleArn"], machine(resource)


def machine(resource):
    """docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html: the map starts and watches runs of its own machine."""
    template = resource.template
    bucket = next(bucket for bucket in template.of("AWS::S3::Bucket") if bucket.name.startswith(f"{resource.name}-"))
    function = next(function for function in template.of("AWS::Lambda::Function") if function.name == resource.name)
    execution = arn("states", f"execution:{resource.name}:a")
    runs = each(("states:DescribeExecution", "states:StopExecution"), execution) + each(["states:StartExecution"], resource.arn)
    files = each(["s3:ListBucket"], bucket.arn) + each(["s3:PutObject"], f"{bucket.arn}/manifest/a")
    traces = each(XRAY) if resource.properties.get("TracingConfiguration", {}).get("Enabled") else []
    logs = each(DELIVERY) if "LoggingConfiguration" in resource.properties else []
    return runs + files + traces + logs + each(["lambda:InvokeFunction"], function.arn)
