//! Parameters against the table: what does not fit is refused before the search, not after it.

use crate::dataset::Dataset;
use crate::notes::option;
use crate::params::{ClassWeight, Metric, Named, Params};
use anyhow::{Result, bail};
use model::format::Task;

/// Checks the parameters against the table.
///
/// # Errors
/// One sentence about the first that does not fit.
pub fn check(params: &Params, read: &Dataset) -> Result<()> {
    check_task(params, read.answers.task(), read.answers.labels().len())?;
    if let Some(estimator) = params.estimator.estimator() {
        let algorithm = params.algorithm(estimator);
        for column in &read.table.columns {
            let kind = column.input.kind;
            if !algorithm.learns_from(kind) {
                bail!(
                    "{}: the column {:?} is a {}; {} learns from text and categories only: leave it \
                     out with --drop {}, or choose another estimator",
                    read.data,
                    column.name,
                    kind.name(),
                    estimator.name(),
                    option(&column.name)
                );
            }
        }
    }
    Ok(())
}

fn check_task(params: &Params, task: Task, labels: usize) -> Result<()> {
    if let Some(metric) = params.search.metric
        && metric.task() != task
    {
        let known = Metric::all().into_iter();
        let known = known.filter(|metric| metric.task() == task);
        let known: Vec<&str> = known.map(|metric| metric.name()).collect();
        bail!(
            "search: metric is {}, but the task is {}; one of {} was expected",
            metric.name(),
            task.name(),
            known.join(", ")
        );
    }
    match task {
        Task::Regression if params.threshold.is_some() => {
            bail!("threshold is for two labels; the task is regression")
        }
        Task::Regression if params.positive.is_some() => {
            bail!("positive is for labels; the task is regression")
        }
        Task::Regression if params.class_weight == ClassWeight::Balanced => {
            bail!("class_weight is for labels; the task is regression")
        }
        Task::Classification if params.threshold.is_some() && labels != 2 => {
            bail!("threshold is for two labels; this target has {labels}")
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(params: &str, task: Task, labels: usize) -> String {
        let params: Params = serde_json::from_str(params).unwrap();
        let error = check_task(&params, task, labels).unwrap_err();
        error.to_string()
    }

    #[test]
    fn what_belongs_to_the_other_task_is_refused() {
        let metric = refusal(r#"{"search": {"metric": "r2"}}"#, Task::Classification, 2);
        assert!(metric.ends_with(
            "one of accuracy, macro_f1, log_loss, roc_auc, average_precision was \
             expected"
        ));
        let weights = refusal(r#"{"class_weight": "balanced"}"#, Task::Regression, 0);
        assert!(weights.starts_with("class_weight is for labels"));
        let threshold = r#"{"threshold": "f1"}"#;
        assert!(refusal(threshold, Task::Regression, 0).ends_with("is regression"));
        assert!(refusal(threshold, Task::Classification, 3).ends_with("has 3"));
        let fitting: Params = serde_json::from_str(threshold).unwrap();
        check_task(&fitting, Task::Classification, 2).unwrap();
    }
}
