//! The endpoints of the process, made at its start: the models that answer, with the shadows behind
//! them.

use crate::endpoint::Endpoint;
use crate::environment::{Reader, Variables};
use crate::metrics::{Metrics, Mode, RequestOutcome};
use crate::monitoring::capture::Capture;
use crate::monitoring::refusals::{self, Refusals};
use crate::monitoring::shadow::{Bridge, Shadows};
use crate::monitoring::worker::Worker;
use crate::random::Random;
use crate::request::Request;
use crate::rules::Rules;
use crate::served::ServedModel;
use crate::settings::{Settings, emf_settings};
use crate::variants::{AssignmentKey, VariantSettings};
use emf::{LambdaProperties, Settings as EmfSettings};
use model::answer::Identity;
use std::sync::Arc;

/// The name of the metrics' dimension, and of the answer's member.
const VARIANT: &str = "variant";

/// The endpoints that share the requests.
#[derive(Debug)]
pub struct Endpoints {
    /// At least one, unless there is an error.
    weighted: Vec<WeightedEndpoint>,
    /// The reason why there is none.
    error: Option<String>,
    key: AssignmentKey,
    random: Random,
    /// The lines of requests that reach no endpoint.
    metrics: Metrics,
    refusals: Refusals,
    worker: Option<Arc<Worker>>,
}

/// An endpoint with its share of the requests.
#[derive(Debug)]
struct WeightedEndpoint {
    endpoint: Endpoint,
    weight: f64,
}

/// A model that could be opened, with its weight; 0 for a shadow.
struct WeightedModel {
    served: ServedModel,
    weight: f64,
}

impl Endpoints {
    /// One model, or the reason why there is none.
    pub fn one(
        served: Result<ServedModel, String>,
        settings: &Settings,
        reader: &Reader<'_>,
    ) -> Endpoints {
        let weight = 1.0;
        match served {
            Ok(served) => Endpoints::new(
                vec![WeightedModel { served, weight }],
                None,
                settings,
                reader,
            ),
            Err(reason) => Endpoints::new(Vec::new(), Some(reason), settings, reader),
        }
    }

    /// Several, each opened. One that cannot be opened is in the log, and the others serve.
    pub fn several(
        variants: Result<Vec<VariantSettings>, String>,
        settings: &Settings,
        reader: &Reader<'_>,
    ) -> Endpoints {
        let variants = match variants {
            Ok(variants) => variants,
            Err(reason) => {
                tracing::error!("{reason}: no request can be answered");
                return Endpoints::one(Err(reason), settings, reader);
            }
        };
        let mut opened = Vec::new();
        let mut error = None;
        for VariantSettings {
            name,
            source,
            weight,
        } in variants
        {
            match ServedModel::open(&source, Some(name.clone())) {
                Ok(served) => opened.push(WeightedModel { served, weight }),
                Err(reason) => {
                    tracing::error!(variant = name.as_str(), "this variant does not serve");
                    if weight > 0.0 {
                        error = Some(format!("the variant {name:?}: {reason}"));
                    }
                }
            }
        }
        Endpoints::new(opened, error, settings, reader)
    }

    fn new(
        opened: Vec<WeightedModel>,
        error: Option<String>,
        settings: &Settings,
        reader: &Reader<'_>,
    ) -> Endpoints {
        let get = reader.variables();
        let (answering, shadows): (Vec<_>, Vec<_>) =
            opened.into_iter().partition(|one| one.weight > 0.0);
        let identity = answering.first().map(|one| one.served.identity().clone());
        let capture = Capture::new(
            settings.capture.clone(),
            answering.iter().map(|one| &one.served),
            reader,
        );
        let common = emf_settings(identity.as_ref(), get);
        let shadows = self::shadows(shadows, &answering, &common, settings.shadow_share);
        let worker = Worker::start(capture, shadows);
        let mode = settings.metrics;
        let watched_rows = settings.drift_rows.filter(|_| mode != Mode::Off);
        let lambda = LambdaProperties::from_env(get);
        let metrics = |settings, identity: Option<&Identity>| {
            let version = identity.map(|identity| identity.version.clone());
            Metrics::new(mode, settings, lambda.clone(), version)
        };
        let endpoint = |WeightedModel { served, weight }| {
            let settings = settings_of(&served, identity.as_ref(), get);
            let metrics = metrics(settings, Some(served.identity()));
            let served = Arc::new(served);
            WeightedEndpoint {
                endpoint: Endpoint::new(served, metrics, watched_rows, worker.clone()),
                weight,
            }
        };
        let weighted: Vec<WeightedEndpoint> = answering.into_iter().map(endpoint).collect();
        Endpoints {
            error: error.filter(|_| weighted.is_empty()),
            weighted,
            key: settings.assignment.clone(),
            random: Random::new(),
            metrics: metrics(common, identity.as_ref()),
            refusals: Refusals::default(),
            worker,
        }
    }

    /// The first model, which stands for all where one is described.
    ///
    /// # Errors
    /// The reason why there is none, in one sentence.
    pub fn first(&self) -> Result<&ServedModel, &str> {
        match self.weighted.first() {
            Some(first) => Ok(first.endpoint.served()),
            None => Err(self.error.as_deref().unwrap_or("there is no model")),
        }
    }

    /// The endpoint of a request, among those whose model `fits`; the first where none fits: its door
    /// words the error.
    ///
    /// # Errors
    /// The reason why there is none, in one sentence.
    pub fn choose(
        &self,
        request: &Request<'_>,
        rules: &Rules,
        fits: impl Fn(&ServedModel) -> bool,
    ) -> Result<&Endpoint, &str> {
        self.first()?;
        if let [only] = &self.weighted[..] {
            return Ok(&only.endpoint);
        }
        let fitting = || {
            let all = self.weighted.iter();
            all.filter(|one| fits(one.endpoint.served()))
        };
        let sum: f64 = fitting().map(|one| one.weight).sum();
        let place = self.key.place(request, rules, &self.random) * sum;
        let mut end = 0.0;
        let found = fitting().find(|one| {
            end += one.weight;
            place < end
        });
        // Rounding may put the place at the very end of the last.
        let found = found.or(fitting().last()).unwrap_or(&self.weighted[0]);
        Ok(&found.endpoint)
    }

    /// The EMF lines that are due after a request to `endpoint`, or to none. A problem goes to the
    /// log, too.
    pub fn lines(
        &self,
        request: &Request<'_>,
        endpoint: Option<&Endpoint>,
        outcome: &RequestOutcome<'_>,
    ) -> Vec<u8> {
        let metrics = endpoint.map_or(&self.metrics, Endpoint::metrics);
        if let Err(problem) = outcome.result {
            refusals::log(request, problem, metrics.names_requests());
        }
        let column = match (outcome.result, endpoint) {
            (Err(problem), Some(endpoint)) if !metrics.is_off() => {
                endpoint.served().column_of(problem)
            }
            _ => None,
        };
        let mut lines = metrics.lines(request, outcome, column);
        if !self.metrics.is_off() {
            if let Err(problem) = outcome.result {
                self.refusals.count(problem.code(), column);
            }
            lines.append(&mut self.refusals.lines(self.metrics.settings(), false));
        }
        if let Some(endpoint) = endpoint {
            lines.append(&mut endpoint.watch_lines(false));
        }
        lines
    }

    /// The EMF lines that wait in memory and are due; all of them where the process `ends`.
    pub fn waiting_lines(&self, ends: bool) -> Vec<u8> {
        let mut lines = self.metrics.rest(!ends);
        for WeightedEndpoint { endpoint, .. } in &self.weighted {
            lines.append(&mut endpoint.metrics().rest(!ends));
            lines.append(&mut endpoint.watch_lines(ends));
        }
        if !self.metrics.is_off() {
            lines.append(&mut self.refusals.lines(self.metrics.settings(), ends));
        }
        lines
    }

    /// True if requests wait in memory for their line.
    pub fn collects(&self) -> bool {
        self.metrics.collects()
    }

    /// Number of rows that could not be captured since the last call.
    pub fn take_dropped(&self) -> u64 {
        self.worker
            .as_ref()
            .map_or(0, |worker| worker.take_dropped())
    }

    /// Counts these rows again, because the line that should report them could not be written.
    pub fn put_back_dropped(&self, rows: u64) {
        if let Some(worker) = &self.worker {
            worker.put_back_dropped(rows);
        }
    }

    /// Lets the worker finish what it has, for a while at most.
    pub fn end_worker(&self) {
        if let Some(worker) = &self.worker {
            worker.end();
        }
    }
}

/// The shadows that can score the rows of every model; the log names the others, with the reason.
fn shadows(
    shadows: Vec<WeightedModel>,
    answering: &[WeightedModel],
    settings: &EmfSettings,
    share: f64,
) -> Option<Shadows> {
    let mut fitting = Vec::new();
    for WeightedModel { served: shadow, .. } in shadows {
        let name = shadow.variant().unwrap_or_default().to_owned();
        let mut bridges = answering
            .iter()
            .map(|one| Bridge::between(one.served.model(), shadow.model()));
        match bridges.find_map(Result::err) {
            None => fitting.push((name, Arc::new(shadow))),
            Some(reason) => {
                tracing::error!(
                    variant = name.as_str(),
                    "this shadow is not asked: {reason}"
                );
            }
        }
    }
    if fitting.is_empty() {
        return None;
    }
    (share > 0.0).then(|| Shadows::new(share, settings.clone(), fitting))
}

/// The settings of a model's lines: those of all, and the variant's name where there are several.
fn settings_of(served: &ServedModel, first: Option<&Identity>, get: Variables<'_>) -> EmfSettings {
    let identity = Identity {
        // The service is the same for all.
        name: first.unwrap_or(served.identity()).name.clone(),
        version: served.identity().version.clone(),
    };
    let settings = emf_settings(Some(&identity), get);
    let Some(variant) = served.variant() else {
        return settings;
    };
    let mut dimensions = settings.dimensions().to_vec();
    dimensions.push((VARIANT.to_owned(), variant.to_owned()));
    match EmfSettings::new(settings.namespace(), dimensions) {
        Ok(settings) => settings,
        Err(error) => {
            tracing::warn!(%error, "the variant is no dimension of the metrics");
            settings
        }
    }
}
