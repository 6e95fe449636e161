//! `hearth example`.

use super::model_file::open;
use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use model::Model;
use model::example::{Door, Example, example};
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;

/// Prints a request that the model can answer
///
/// The body of an HTTP protocol, or a whole Lambda event.
///
/// Examples:
///
///   hearth example model.hearth
///   hearth example model.hearth --door mlflow --curl | sh
///   hearth example model.hearth --door url > event.json
///   cargo lambda invoke function --data-file event.json
#[derive(Args)]
#[command(name = "example", verbatim_doc_comment)]
pub struct PrintExample {
    /// The model file
    file: PathBuf,
    /// Protocol or event of the request
    #[arg(long, value_name = "DOOR", default_value = "predict")]
    door: Name,
    /// Print a curl command that sends it, instead of the body
    #[arg(long)]
    curl: bool,
    /// Address to which that command sends it
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    url: String,
}

/// Values of `--door`.
#[derive(Clone, Copy, ValueEnum)]
enum Name {
    /// POST /predict
    Predict,
    /// MLflow's POST /invocations
    Mlflow,
    /// SageMaker's POST /invocations
    #[value(name = "sagemaker")]
    SageMaker,
    /// The Open Inference Protocol's POST /v2/models/NAME/infer
    V2,
    /// An event of API Gateway's REST API (payload 1.0)
    EventV1,
    /// An event of API Gateway's HTTP API (payload 2.0)
    EventV2,
    /// An event of an Application Load Balancer
    Alb,
    /// An event of a function URL
    Url,
}

impl PrintExample {
    pub(super) fn run(self) -> Result<()> {
        let model = open(&self.file)?;
        let of = |door| of_door(&model, door).with_context(|| self.file.display().to_string());
        let event = |of_request: fn(&Example) -> Value| {
            if self.curl {
                bail!("--curl is for HTTP; send an event with cargo lambda invoke --data-file");
            }
            Ok(format!("{:#}", of_request(&of(Door::Predict)?)))
        };
        let http = |door| {
            let request = of(door)?;
            Ok(match self.curl {
                true => curl(&request, &self.url),
                false => request.body,
            })
        };
        let text = match self.door {
            Name::Predict => http(Door::Predict),
            Name::Mlflow => http(Door::Mlflow),
            Name::SageMaker => http(Door::SageMaker),
            Name::V2 => http(Door::Inference),
            Name::EventV1 => event(rest_api),
            Name::EventV2 => event(http_api),
            Name::Alb => event(load_balancer),
            Name::Url => event(function_url),
        }?;
        writeln!(crate::terminal::out(), "{text}")?;
        Ok(())
    }
}

fn of_door(model: &Model<'_>, door: Door) -> Result<Example> {
    example(model, door).context("the model file has no example; hearth train writes one")
}

/// A command for any shell: within single quotes, all but they is as it stands.
pub(super) fn curl(request: &Example, url: &str) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
    format!(
        "curl -sS {} -H {} --data-binary {}",
        quoted(&format!("{}{}", url.trim_end_matches('/'), request.path)),
        quoted(&format!("content-type: {}", request.content_type)),
        quoted(&request.body),
    )
}

/// Account ids, addresses and times are those of documentation: RFC 5737, RFC 2606.
const ACCOUNT: &str = "111122223333";
const ADDRESS: &str = "192.0.2.1";
const AGENT: &str = "hearth example";
const TIME: &str = "02/Jan/2026:03:04:05 +0000";
const MILLISECONDS: u64 = 1_767_323_045_000;
const REQUEST_ID: &str = "00000000-0000-4000-8000-000000000000";

/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html>
fn rest_api(request: &Example) -> Value {
    json!({
        "resource": "/{proxy+}",
        "path": request.path,
        "httpMethod": "POST",
        "headers": {"content-type": request.content_type},
        "multiValueHeaders": {"content-type": [request.content_type]},
        "queryStringParameters": null,
        "multiValueQueryStringParameters": null,
        "pathParameters": {"proxy": request.path.trim_start_matches('/')},
        "stageVariables": null,
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": "example",
            "httpMethod": "POST",
            "identity": {"sourceIp": ADDRESS, "userAgent": AGENT},
            "path": format!("/prod{}", request.path),
            "protocol": "HTTP/1.1",
            "requestId": REQUEST_ID,
            "requestTime": TIME,
            "requestTimeEpoch": MILLISECONDS,
            "resourceId": "example",
            "resourcePath": "/{proxy+}",
            "stage": "prod",
        },
        "body": request.body,
        "isBase64Encoded": false,
    })
}

/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>
fn http_api(request: &Example) -> Value {
    payload_2(request, "example.execute-api.us-east-1.example.com")
}

/// <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html>
pub(super) fn function_url(request: &Example) -> Value {
    payload_2(request, "example.lambda-url.us-east-1.example.com")
}

/// The payload 2.0, which HTTP APIs and function URLs share.
fn payload_2(request: &Example, domain: &str) -> Value {
    json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": request.path,
        "rawQueryString": "",
        "headers": {"content-type": request.content_type, "host": domain},
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": "example",
            "domainName": domain,
            "domainPrefix": "example",
            "http": {
                "method": "POST",
                "path": request.path,
                "protocol": "HTTP/1.1",
                "sourceIp": ADDRESS,
                "userAgent": AGENT,
            },
            "requestId": REQUEST_ID,
            "routeKey": "$default",
            "stage": "$default",
            "time": TIME,
            "timeEpoch": MILLISECONDS,
        },
        "body": request.body,
        "isBase64Encoded": false,
    })
}

/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html>
fn load_balancer(request: &Example) -> Value {
    let group =
        "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/example/0123456789abcdef";
    json!({
        "requestContext": {"elb": {"targetGroupArn": group}},
        "httpMethod": "POST",
        "path": request.path,
        "queryStringParameters": {},
        "headers": {"content-type": request.content_type, "host": "example.com"},
        "body": request.body,
        "isBase64Encoded": false,
    })
}

#[cfg(test)]
mod tests {
    use super::curl;
    use model::example::Example;

    #[test]
    fn a_shell_sends_what_is_in_the_body() {
        let request = Example {
            path: "/predict".to_owned(),
            content_type: "application/json",
            body: r#"{"text": "it's \"so\" $HOME"}"#.to_owned(),
        };
        let expected = r#"curl -sS 'http://a:1/predict' -H 'content-type: application/json' --data-binary '{"text": "it'\''s \"so\" $HOME"}'"#;
        assert_eq!(curl(&request, "http://a:1/"), expected);
    }
}
