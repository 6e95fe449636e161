//! Settings from the environment; [`HELP`] lists each variable.

use crate::environment::{Reader, Variables, filled};
use crate::metrics::Mode;
use crate::monitoring::capture::CaptureSettings;
use crate::rules::Rules;
use crate::served::ModelSource;
use crate::variants::AssignmentKey;
use emf::Settings as EmfSettings;
use model::answer::Identity;

/// Output of `function --help`.
pub const HELP: &str = "\
Serves one model file: as an AWS Lambda function, or over plain HTTP.

Usage: function [serve]

It takes no arguments but --help, --version and serve, with which SageMaker starts it and which
changes nothing. Environment variables hold all settings:

  MODEL_PATH                The model file. Default: the model that was built into the binary
                            (HEARTH_EMBED), else model.hearth
  HOST                      Address to listen on. Default: 127.0.0.1
  PORT                      Port to listen on; 0 takes a free one. Default: 8080
  HEARTH_API_KEY            Keys that admit clients, separated by blanks; clients send one as
                            x-api-key or as authorization: Bearer. Default: no key is needed
  HEARTH_API_KEY_FILE       A file of such keys; lines that begin with # are comments
  HEARTH_ALLOWED_ORIGINS    Origins whose pages may call the function from a browser, such as
                            https://example.com, separated by commas, or *. Default: none
  HEARTH_ALLOWED_HOSTS      Host names under which requests may call the server, separated by
                            commas, or *. Default: localhost if it listens on the loopback
                            interface, else any
  HEARTH_BASE_PATH          Path that a proxy or custom domain puts before the routes, such as
                            /ml. Default: none; in Lambda, segments that lead to no route are
                            left out, unless it is /
  HEARTH_UNKNOWN_FIELDS     ignore or refuse fields that the model does not have. Default:
                            ignore
  HEARTH_HIDE_SCHEMA        true keeps the names of fields out of errors, metadata,
                            explanations and documentation. Default: false
  HEARTH_DOCS               on or off: /docs, /openapi.json, /model and /example. Default: on,
                            in Lambda off
  HEARTH_MAX_BODY_BYTES     Maximum bytes of a body, decompressed. Default: 6291456, which is
                            also the maximum on the wire
  HEARTH_MAX_ROWS           Maximum rows of a request. Default: 10000
  HEARTH_MAX_FIELD_CHARS    Maximum characters of a text. Default: as many as the body holds
  HEARTH_MEMORY_MB          Memory in MiB that the next limits follow. Default: that of Lambda,
                            the control group, RLIMIT_AS or the machine
  HEARTH_MAX_CELLS          Maximum cells of a request, rows times columns. Default: 393216 with
                            128 MB, 1572864 with 512 MB
  HEARTH_MAX_TOKENS         Maximum words of a text. Default: 337042 with 128 MB, 1348169 with
                            512 MB, fewer for models of n-grams
  HEARTH_MAX_EXPLANATIONS   Maximum explanation entries of a request. Default: 100000
  HEARTH_MAX_STEPS          Maximum steps of scoring of a request: a weight is one, a node of a
                            tree four. Default: 1000000000
  HEARTH_MAX_CONNECTIONS    Maximum connections at a time. Default: 512 with 128 MB, 2048 with
                            512 MB, at most the limit of open files minus 24
  HEARTH_LOG                Level of the log on stderr: trace, debug, info, warn, error.
                            Default: info; in Lambda, AWS_LAMBDA_LOG_LEVEL decides
  HEARTH_EMF                Metrics on stdout: request (one line per request), window (one line
                            for many) or off. Default: request
  HEARTH_EMF_WINDOW         Size of a window. Default: 100 requests or 60 s
  HEARTH_EMF_NAMESPACE      CloudWatch namespace of the metrics on stdout. Default: Hearth
  HEARTH_EMF_DIMENSIONS     Their dimensions: name=value, service or model_version,
                            separated by commas. Default: service
  AWS_EMF_SERVICE_NAME      Value of the dimension service. Default: the name of the Lambda
                            function, else of the model
  HEARTH_DRIFT_ROWS         Rows after which drift is written; 0 turns it off. Default: 500
  HEARTH_CAPTURE            Share of the requests whose rows and answers are written to stdout,
                            0 to 1. Default: 0
  HEARTH_CAPTURE_REDACT     Columns whose values are kept out of captures, separated by commas
  HEARTH_VARIANTS           Several models instead of MODEL_PATH: NAME=FILE:WEIGHT, separated by
                            commas. A weight of 0 is a shadow, which scores after the response
  HEARTH_VARIANT_BY         header:NAME or field:NAME: the same value gets the same variant.
                            Default: at random
  HEARTH_SHADOW_SAMPLE      Share of the requests that shadows score, 0 to 1. Default: 1
  AWS_LAMBDA_RUNTIME_API    Set by Lambda: events come from there, and no port is opened

If a variable that protects (keys, origins, hosts, unknown fields, schema, docs, limits,
redaction) is empty or cannot be understood, every request gets 503, and /health names it.

Try it:

  MODEL_PATH=model.hearth function
  curl http://127.0.0.1:8080/
";

/// The model to serve. `MODEL_PATH` decides before an `embedded` one, so that a binary that has one
/// can be tried with another.
pub fn model_source(get: Variables<'_>, embedded: Option<&'static [u8]>) -> ModelSource {
    match (filled(get, "MODEL_PATH"), embedded) {
        (Some(path), _) => ModelSource::File(path.into()),
        (None, Some(bytes)) => ModelSource::Embedded(bytes),
        (None, None) => ModelSource::File("model.hearth".into()),
    }
}

/// The settings of the EMF lines. Settings that CloudWatch would reject are logged and replaced by
/// the defaults, since they are no reason not to serve.
pub fn emf_settings(identity: Option<&Identity>, get: Variables<'_>) -> EmfSettings {
    let name = identity.map_or("hearth", |identity| &identity.name);
    let version = identity.map_or("", |identity| &identity.version);
    // Lambda's own name for the function stays: dashboards and alarms look for it.
    let defaults = |variable: &str| {
        (variable == "AWS_LAMBDA_FUNCTION_NAME")
            .then(|| get(variable))
            .flatten()
    };
    EmfSettings::from_env(name, version, get)
        .or_else(|error| {
            tracing::warn!(%error, "EMF settings refused: the default settings are used");
            EmfSettings::from_env(name, version, defaults)
        })
        // A model's name may hold what no dimension may.
        .or_else(|_| EmfSettings::from_env("hearth", version, |_| None))
        .expect("the default namespace and this name are legal")
}

/// Everything that the environment says, read once at start: whatever is wrong with it is in the
/// reader's complaints.
#[derive(Debug)]
pub struct Settings {
    /// Limits, keys, origins, and what is hidden.
    pub rules: Rules,
    /// Mode of the metrics: per request, per window or off.
    pub metrics: Mode,
    /// Share of captured requests, and columns that are kept out.
    pub capture: CaptureSettings,
    /// Key that assigns requests to variants.
    pub assignment: AssignmentKey,
    /// Share of the requests that shadows are asked.
    pub shadow_share: f64,
    /// Rows of a window of the watch; none where nothing is watched.
    pub drift_rows: Option<u64>,
}

impl Settings {
    /// Reads them all.
    pub fn read(reader: &Reader<'_>) -> Settings {
        Settings {
            rules: Rules::read(reader),
            metrics: Mode::read(reader),
            capture: CaptureSettings::read(reader),
            assignment: AssignmentKey::read(reader),
            shadow_share: reader.share("HEARTH_SHADOW_SAMPLE", 1.0),
            drift_rows: crate::monitoring::watch::rows(reader),
        }
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod basics {
    use super::{HELP, ModelSource, Variables, emf_settings, model_source};
    use crate::environment::{address, is_lambda};
    use model::answer::Identity;
    use std::cell::RefCell;

    fn only<'a>(name: &'a str, value: &'a str) -> impl Fn(&str) -> Option<String> + 'a {
        move |variable| (variable == name).then(|| value.to_owned())
    }

    fn identity(name: &str) -> Identity {
        Identity {
            name: name.into(),
            version: "v7".into(),
        }
    }

    #[test]
    fn without_variables_it_serves_the_model_beside_it_to_this_machine() {
        let none: Variables = &|_| None;
        let beside = ModelSource::File("model.hearth".into());
        assert_eq!(model_source(none, None), beside);
        assert_eq!(address(none), Ok(("127.0.0.1".into(), 8080)));
        assert!(!is_lambda(none));
    }

    #[test]
    fn model_path_decides_before_the_model_in_the_binary() {
        let embedded = ModelSource::Embedded(b"model");
        assert_eq!(model_source(&|_| None, Some(b"model")), embedded);
        assert_eq!(
            model_source(&only("MODEL_PATH", ""), Some(b"model")),
            embedded
        );
        let file = ModelSource::File("other.hearth".into());
        let get = only("MODEL_PATH", "other.hearth");
        assert_eq!(model_source(&get, Some(b"model")), file);
    }

    #[test]
    fn a_port_is_a_number() {
        assert_eq!(address(&only("PORT", "0")), Ok(("127.0.0.1".into(), 0)));
        for bad in ["http", "65536", "-1"] {
            let error = address(&only("PORT", bad)).unwrap_err();
            assert!(error.starts_with("PORT is "), "{error}");
        }
    }

    #[test]
    fn the_service_is_the_model_unless_said_otherwise() {
        let model = identity("mail-sorter");
        let service = |get: Variables<'_>| {
            let settings = emf_settings(Some(&model), get);
            settings.dimensions()[0].1.clone()
        };
        assert_eq!(service(&|_| None), "mail-sorter");
        assert_eq!(service(&only("AWS_EMF_SERVICE_NAME", "mail")), "mail");
    }

    #[test]
    fn settings_that_cloudwatch_refuses_do_not_stop_it() {
        let settings = emf_settings(None, &only("HEARTH_EMF_NAMESPACE", "é"));
        assert_eq!(settings.namespace(), "Hearth");
        let settings = emf_settings(Some(&identity("été")), &|_| None);
        assert_eq!(settings.dimensions()[0].1, "hearth");
        let bad_dimension = |variable: &str| match variable {
            "HEARTH_EMF_DIMENSIONS" => Some("stage".to_owned()),
            "AWS_LAMBDA_FUNCTION_NAME" => Some("mail-prod".to_owned()),
            _ => None,
        };
        let settings = emf_settings(Some(&identity("mail")), &bad_dimension);
        assert_eq!(settings.dimensions()[0].1, "mail-prod");
    }

    #[test]
    fn every_variable_that_is_read_is_in_the_help() {
        let asked = RefCell::new(Vec::new());
        let get = |variable: &str| {
            asked.borrow_mut().push(variable.to_owned());
            None
        };
        model_source(&get, None);
        address(&get).unwrap();
        is_lambda(&get);
        crate::log::level(&get);
        let reader = super::Reader::new(&get);
        let settings = super::Settings::read(&reader);
        crate::variants::named(&get);
        crate::variants::Endpoints::one(Err(String::new()), &settings, &reader);
        // Variables that Lambda always sets.
        let of_lambda = |variable: &&String| variable.starts_with("AWS_");
        for variable in asked.borrow().iter().filter(|one| !of_lambda(one)) {
            assert!(HELP.contains(variable.as_str()), "{variable}");
        }
    }
}
