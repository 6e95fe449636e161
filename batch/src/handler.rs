//! An event to its manifest: what the Lambda function does.

use crate::event::{Options, Request, Wanted};
use crate::look::{Look, Missing};
use crate::manifest::{Done, Manifest};
use crate::plan::{self, Task};
use crate::rows::RowEvent;
use crate::settings::{Form, Settings};
use crate::{metrics, task};
use anyhow::{Context, Result, anyhow, bail};
use emf::LambdaProperties;
use model::Model;
use model::answer::Identity;
use model::rows::Format;
use serde_json::Value;
use std::io::Write;
use storage::{Location, Store};

/// Output of `batch --help`.
pub const HELP: &str = "\
Predicts tables in S3 with a model: an AWS Lambda function.

It takes no arguments but --help and --version. Environment variables hold all settings:

  MODEL_PATH                The model file. Default: model.hearth
  BATCH_OUTPUT              Prefix for the answers of events that name none (S3
                            notifications, EventBridge): s3://bucket/answers/
  BATCH_ID                  Column to keep as id, if the event names none
  AWS_ENDPOINT_URL_S3       Another S3 server than AWS's
  HEARTH_EMF_NAMESPACE      CloudWatch namespace of the metrics on stdout. Default: Hearth
  HEARTH_EMF_DIMENSIONS     Their dimensions, as for the program function
  AWS_EMF_SERVICE_NAME      Value of the dimension service
  AWS_LAMBDA_RUNTIME_API    Set by Lambda: events come from there

CSV answers (format csv in the event) have a single quote before text that a spreadsheet would
read as a formula; keep_formulas true in the event omits it.

Without Lambda: hearth predict model.hearth --input s3://… --output s3://…
";

/// State that stays the same from event to event.
pub struct Handler {
    model: Model<'static>,
    identity: Identity,
    store: Store,
    emf: emf::Settings,
    lambda: LambdaProperties,
    output: Option<Location>,
    id: Option<String>,
}

impl Handler {
    /// As the environment says.
    ///
    /// # Errors
    /// When there is no model, or a variable is wrong.
    pub fn from_environment(get: &dyn Fn(&str) -> Option<String>) -> Result<Handler> {
        let filled = |name: &str| get(name).filter(|value| !value.is_empty());
        let path = filled("MODEL_PATH").unwrap_or_else(|| "model.hearth".into());
        let model = model::source::open_path(path.as_ref()).with_context(|| path.clone())?;
        let identity = Identity::of(&model);
        let output = filled("BATCH_OUTPUT").map(|text| text.parse());
        Ok(Handler {
            emf: metrics::settings(&identity, get),
            lambda: LambdaProperties::from_env(get),
            store: Store::from_env(),
            output: output.transpose().context("BATCH_OUTPUT")?,
            id: filled("BATCH_ID"),
            model,
            identity,
        })
    }

    /// Does what an event asks: a look for the input of a run, rows, or tables.
    ///
    /// # Errors
    /// One sentence; that of a run whose input did not come is a [`crate::look::Missing`].
    pub fn answer(&self, event: &Value, request_id: &str) -> Result<Value> {
        if let Some(look) = Look::parse(event)? {
            let run = look.look(&self.store);
            // Late or missing: somebody hears of it before the run gives up.
            if run
                .as_ref()
                .map_or_else(|error| error.is::<Missing>(), |run| !run.found)
            {
                let line = metrics::no_input(&self.emf, &self.lambda, &self.identity, request_id);
                let _ = std::io::stdout().write_all(&line);
            }
            return Ok(serde_json::to_value(run?)?);
        }
        let manifest = match RowEvent::parse(event)? {
            Some(rows) => self.handle_rows(&rows, request_id)?,
            None => self.handle(event, request_id)?,
        };
        Ok(serde_json::to_value(manifest)?)
    }

    /// Answers rows that the event itself holds.
    fn handle_rows(&self, rows: &RowEvent, request_id: &str) -> Result<Manifest> {
        let settings = self.settings(&rows.options())?;
        let task = rows.task(settings.form)?;
        let done = task::run_on(&self.model, &settings, &self.store, &task, || rows.table())?;
        self.report(&done, request_id);
        Ok(Manifest::new(self.identity.clone(), vec![done], Vec::new()))
    }

    /// Logs a table that is answered, and writes its metrics.
    fn report(&self, done: &Done, request_id: &str) {
        tracing::info!(
            request_id,
            input = done.input,
            output = done.output,
            rows = done.rows,
            bad_rows = done.bad_rows,
            skipped = done.skipped,
            "a table is answered"
        );
        if !done.skipped {
            let line = metrics::line(&self.emf, &self.lambda, &self.identity, done, request_id);
            // Metrics are no reason to fail what is done.
            let _ = std::io::stdout().write_all(&line);
        }
    }

    /// Does what an event asks, one table after the other, each on all cores, and prints an EMF
    /// line for each. Blocks; not for a task of an asynchronous runtime.
    ///
    /// # Errors
    /// One sentence about the first table that fails. Those before it are done, and a retry skips
    /// them.
    pub fn handle(&self, event: &Value, request_id: &str) -> Result<Manifest> {
        let request = Request::parse(event).map_err(|error| anyhow!(error))?;
        let settings = self.settings(&request.options)?;
        let (mut tasks, mut others) = (Vec::new(), Vec::new());
        for wanted in &request.wanted {
            self.plan(wanted, settings.form, &mut tasks, &mut others)?;
        }
        let mut objects = Vec::with_capacity(tasks.len());
        for task in &tasks {
            let done = task::run(&self.model, &settings, &self.store, task)?;
            self.report(&done, request_id);
            objects.push(done);
        }
        Ok(Manifest::new(self.identity.clone(), objects, others))
    }

    fn settings(&self, options: &Options) -> Result<Settings> {
        let form = match options.format.as_deref() {
            None | Some("jsonl") => Form::Jsonl,
            Some("csv") => Form::Csv,
            Some(other) => bail!("the format is {other:?}; jsonl or csv was expected"),
        };
        if form == Form::Csv && options.top.is_some() {
            bail!("top is for jsonl: every line of a CSV has all columns");
        }
        Ok(Settings {
            id: options.id.clone().or_else(|| self.id.clone()),
            top: options.top,
            explain: None,
            form,
            keeps_formulas: options.keep_formulas,
        })
    }

    fn plan(
        &self,
        wanted: &Wanted,
        form: Form,
        tasks: &mut Vec<Task>,
        others: &mut Vec<String>,
    ) -> Result<()> {
        let output = wanted.output.as_ref().or(self.output.as_ref()).ok_or_else(|| {
            anyhow!("{}: nothing says where the answers go; give the event an output, or set BATCH_OUTPUT", wanted.input)
        })?;
        match &wanted.above {
            // What a listing or an event names beside tables, such as Spark's _SUCCESS or S3's folders.
            Some(_) if Format::of_name(&wanted.input.name()).is_none() => {
                others.push(wanted.input.to_string());
            }
            // The listing of a single table has its neighbours, too: names that begin so.
            Some(above) if !above.is_prefix() && *above != wanted.input => {
                others.push(wanted.input.to_string());
            }
            Some(above) if !wanted.input.is_prefix() => {
                let (input, etag) = (wanted.input.clone(), wanted.etag.clone());
                let from = above.is_prefix().then_some(above);
                tasks.push(Task::of_content(input, from, output, form, etag)?);
            }
            _ => tasks.extend(plan::tasks(&self.store, &wanted.input, output, form)?),
        }
        Ok(())
    }
}
