//! The models of the process, opened at its start: those that answer, and the shadows.

use crate::metrics::{Metrics, Mode};
use crate::monitoring::capture::Capture;
use crate::monitoring::random::Random;
use crate::monitoring::shadow::{Bridge, Shadows};
use crate::monitoring::worker::Worker;
use crate::request::Request;
use crate::rules::Rules;
use crate::served::Served;
use crate::settings::{Reader, Settings, Variables, emf_settings};
use crate::variants::{By, Named};
use emf::{LambdaProperties, Settings as EmfSettings};
use model::answer::Identity;
use std::sync::Arc;

/// The name of the metrics' dimension, and of the answer's member.
const VARIANT: &str = "variant";

/// The models that answer requests.
#[derive(Debug)]
pub struct Models {
    /// At least one, unless there is an error.
    answering: Vec<Answering>,
    /// Why none answers.
    error: Option<String>,
    by: By,
    random: Random,
    /// The lines of requests that came to no model.
    pub metrics: Metrics,
    worker: Option<Arc<Worker>>,
}

/// A model that answers.
#[derive(Debug)]
pub struct Answering {
    /// The model.
    pub served: Arc<Served>,
    /// Its lines.
    pub metrics: Metrics,
    weight: f64,
}

impl Answering {
    /// The lines of its watch whose time has come; all where it `ends`.
    pub fn watched(&self, ends: bool) -> Vec<u8> {
        let (served, settings) = (&self.served, self.metrics.settings());
        let watch = served.watch_that_counted();
        watch.map_or_else(Vec::new, |watch| {
            watch.lines(&served.model, settings, &served.identity.version, ends)
        })
    }
}

impl Models {
    /// One model, or the reason why there is none.
    pub fn one(served: Result<Served, String>, settings: &Settings, reader: &Reader<'_>) -> Models {
        match served {
            Ok(served) => Models::new(vec![(served, 1.0)], None, settings, reader),
            Err(reason) => Models::new(Vec::new(), Some(reason), settings, reader),
        }
    }

    /// Several, each opened. One that cannot be is in the log, and the others serve.
    pub fn several(
        named: Result<Vec<Named>, String>,
        settings: &Settings,
        reader: &Reader<'_>,
    ) -> Models {
        let named = match named {
            Ok(named) => named,
            Err(reason) => {
                tracing::error!("{reason}: no request can be answered");
                return Models::one(Err(reason), settings, reader);
            }
        };
        let mut opened = Vec::new();
        let mut error = None;
        for one in named {
            match Served::open(&one.source) {
                Ok(mut served) => {
                    served.variant = Some(one.name);
                    opened.push((served, one.weight));
                }
                Err(reason) => {
                    let name = &one.name;
                    tracing::error!(variant = name.as_str(), "this variant does not serve");
                    if one.weight > 0.0 {
                        error = Some(format!("the variant {name:?}: {reason}"));
                    }
                }
            }
        }
        Models::new(opened, error, settings, reader)
    }

    fn new(
        opened: Vec<(Served, f64)>,
        error: Option<String>,
        settings: &Settings,
        reader: &Reader<'_>,
    ) -> Models {
        let (get, mode) = (reader.variables(), settings.metrics);
        let (by, rows) = (settings.variant_by.clone(), settings.drift_rows);
        let (mut answering, shadows): (Vec<_>, Vec<_>) =
            opened.into_iter().partition(|(_, weight)| *weight > 0.0);
        let identity = answering.first().map(|(served, _)| served.identity.clone());
        let all = answering.iter().map(|(served, _)| served);
        let capture = Capture::new(settings.capture.clone(), all, reader);
        let share = settings.shadow_share;
        let settings = emf_settings(identity.as_ref(), get);
        let shadows = self::shadows(shadows, &answering, &settings, share);
        let worker = Worker::start(capture, shadows);
        let lambda = LambdaProperties::from_env(get);
        for (served, _) in &mut answering {
            served.watched_rows = rows.filter(|_| mode != Mode::Off);
            served.worker.clone_from(&worker);
        }
        let metrics = |settings, version: Option<&Identity>| {
            let version = version.map(|identity| identity.version.clone());
            Metrics::new(mode, settings, lambda.clone(), version)
        };
        let answering = answering.into_iter().map(|(served, weight)| Answering {
            metrics: metrics(
                settings_of(&served, identity.as_ref(), get),
                Some(&served.identity),
            ),
            weight,
            served: Arc::new(served),
        });
        let answering: Vec<Answering> = answering.collect();
        Models {
            error: error.filter(|_| answering.is_empty()),
            answering,
            by,
            random: Random::new(),
            metrics: metrics(settings, identity.as_ref()),
            worker,
        }
    }

    /// The first, which stands for all where one is described; else why there is none.
    ///
    /// # Errors
    /// One sentence.
    pub fn first(&self) -> Result<&Served, &str> {
        match self.answering.first() {
            Some(first) => Ok(&first.served),
            None => Err(self.error.as_deref().unwrap_or("there is no model")),
        }
    }

    /// Every model that answers.
    pub fn all(&self) -> &[Answering] {
        &self.answering
    }

    /// The model that answers a request, among those that `fits` takes; the first where it takes
    /// none, which will say why.
    ///
    /// # Errors
    /// Why there is none; one sentence.
    pub fn choose(
        &self,
        request: &Request<'_>,
        rules: &Rules,
        fits: impl Fn(&Served) -> bool,
    ) -> Result<&Answering, &str> {
        self.first()?;
        if let [only] = &self.answering[..] {
            return Ok(only);
        }
        let fitting = || self.answering.iter().filter(|one| fits(&one.served));
        let sum: f64 = fitting().map(|one| one.weight).sum();
        let place = self.by.place(request, rules, &self.random) * sum;
        let mut end = 0.0;
        let found = fitting().find(|one| {
            end += one.weight;
            place < end
        });
        // Rounding may put the place at the very end of the last.
        Ok(found.or(fitting().last()).unwrap_or(&self.answering[0]))
    }

    /// The thread of what is captured and of the shadows, where there is one.
    pub fn worker(&self) -> Option<&Worker> {
        self.worker.as_deref()
    }
}

/// The shadows that can be asked; the log says which cannot, and why.
fn shadows(
    shadows: Vec<(Served, f64)>,
    answering: &[(Served, f64)],
    settings: &EmfSettings,
    share: f64,
) -> Option<Shadows> {
    let mut asked = Vec::new();
    for (shadow, _) in shadows {
        let name = shadow.variant.clone().unwrap_or_default();
        let bridges = answering
            .iter()
            .map(|(served, _)| Bridge::between(served, &shadow));
        match bridges.collect::<Result<Vec<_>, _>>() {
            Ok(_) => asked.push((name, Arc::new(shadow))),
            Err(reason) => {
                tracing::error!(
                    variant = name.as_str(),
                    "this shadow is not asked: {reason}"
                );
            }
        }
    }
    if asked.is_empty() {
        return None;
    }
    (share > 0.0).then(|| Shadows::new(share, settings.clone(), asked))
}

/// The settings of a model's lines: those of all, and the variant's name where there are several.
fn settings_of(served: &Served, first: Option<&Identity>, get: Variables<'_>) -> EmfSettings {
    let identity = Identity {
        // The service is the same for all.
        name: first.unwrap_or(&served.identity).name.clone(),
        version: served.identity.version.clone(),
    };
    let settings = emf_settings(Some(&identity), get);
    let Some(variant) = &served.variant else {
        return settings;
    };
    let mut dimensions = settings.dimensions().to_vec();
    dimensions.push((VARIANT.to_owned(), variant.clone()));
    match EmfSettings::new(settings.namespace(), dimensions) {
        Ok(settings) => settings,
        Err(error) => {
            tracing::warn!(%error, "the variant is no dimension of the metrics");
            settings
        }
    }
}
