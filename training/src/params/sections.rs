//! The sections of `params.yaml` that have a table of parameters, by their names.

use super::Params;
use crate::estimators::{AnyClassifier, AnyEstimator, AnyRegressor, estimators};
use crate::parameters::{AnySection, unknown};
use anyhow::{Result, bail};
use model::format::{Estimator, Task};
use serde_json::Value;

/// The estimator of a section as one of a task that it has.
macro_rules! as_task {
    (Classification [Classification $($rest:ident)?] $section:expr) => {
        Some(&**$section as &dyn AnyClassifier)
    };
    (Regression [$(Classification)? Regression] $section:expr) => {
        Some(&**$section as &dyn AnyRegressor)
    };
    ($task:ident [$($other:ident)+] $section:expr) => {
        None
    };
}

macro_rules! sections {
    ($($section:ident: $type:ident $tasks:tt;)+) => {
        impl Params {
            /// The estimator with its parameters.
            pub fn algorithm(&self, estimator: Estimator) -> &dyn AnyEstimator {
                match estimator {
                    $(Estimator::$type => &*self.$section,)+
                }
            }

            /// The estimator with its parameters, as one of labels.
            ///
            /// # Errors
            /// When it is one of numbers only.
            pub fn classifier(&self, estimator: Estimator) -> Result<&dyn AnyClassifier> {
                let found = match estimator {
                    $(Estimator::$type => as_task!(Classification $tasks &self.$section),)+
                };
                found.map_or_else(|| refused(estimator, Task::Classification), Ok)
            }

            /// The estimator with its parameters, as one of numbers.
            ///
            /// # Errors
            /// When it is one of labels only.
            pub fn regressor(&self, estimator: Estimator) -> Result<&dyn AnyRegressor> {
                let found = match estimator {
                    $(Estimator::$type => as_task!(Regression $tasks &self.$section),)+
                };
                found.map_or_else(|| refused(estimator, Task::Regression), Ok)
            }

            /// The parameters of each estimator, by its name.
            pub fn estimator_sections(&self) -> Vec<(&'static str, &dyn AnySection)> {
                vec![$((stringify!($section), &self.$section as &dyn AnySection),)+]
            }

            /// The parameters of an estimator, or of `text`.
            pub fn section_mut(&mut self, name: &str) -> Option<&mut dyn AnySection> {
                match name {
                    $(stringify!($section) => Some(&mut self.$section),)+
                    "text" => Some(&mut self.text),
                    _ => None,
                }
            }
        }
    };
}
estimators! { sections! {} }

impl Params {
    /// True if a parameter was given, or has another value than its default one.
    pub fn is_given(&self, section: &str, name: &str) -> bool {
        let mut sections = self.sections().into_iter();
        sections.any(|(of, parameters)| of == section && parameters.is_given(name))
    }

    /// Gives a parameter of a section its value.
    ///
    /// # Errors
    /// A sentence, where there is no such section or parameter, or the value is of another type.
    pub fn set(&mut self, section: &str, name: &str, value: &Value) -> Result<()> {
        if let Some(parameters) = self.section_mut(section) {
            return parameters
                .set(name, value)
                .map_err(|error| anyhow::anyhow!("{section}: {error}"));
        }
        let sections = self.sections();
        let names = sections.iter().map(|(name, _)| *name);
        let names = names.chain(["search", "threshold", "gate"]);
        bail!(unknown(
            section,
            "a section of parameters; there are",
            names
        ))
    }

    /// The parameters of each estimator, and of `text`, by their names.
    pub fn sections(&self) -> Vec<(&'static str, &dyn AnySection)> {
        let mut sections = self.estimator_sections();
        sections.push(("text", &self.text));
        sections
    }
}

fn refused<T>(estimator: Estimator, task: Task) -> Result<T> {
    bail!(
        "{} does not do {}; see --task and --estimator",
        estimator.name(),
        task.name()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimators::{self, ALL};

    #[test]
    fn the_name_of_a_section_is_that_of_its_estimator() {
        let params = Params::default();
        let sections = params.estimator_sections();
        let names: Vec<&str> = sections.iter().map(|(name, _)| *name).collect();
        let estimators: Vec<&str> = ALL.iter().map(|estimator| estimator.name()).collect();
        assert_eq!(names, estimators);
    }

    #[test]
    fn an_estimator_is_of_the_tasks_that_its_list_names_and_of_no_other() {
        let params = Params::default();
        for estimator in ALL {
            let tasks = estimators::tasks(*estimator);
            let is_classifier = params.classifier(*estimator).is_ok();
            let is_regressor = params.regressor(*estimator).is_ok();
            assert_eq!(is_classifier, tasks.contains(&Task::Classification));
            assert_eq!(is_regressor, tasks.contains(&Task::Regression));
        }
    }
}
