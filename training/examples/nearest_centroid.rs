//! An estimator of your own, in one file: the nearest centroid, as in scikit-learn's
//! `NearestCentroid`.
//!
//! ```text
//! cargo run -p training --example nearest_centroid
//! ```
//!
//! A type with parameters implements [`Algorithm`] and [`Classifier`]; everything else is what
//! Hearth has for every estimator: parameters with defaults, ranges and `--set`, features, the model
//! file, scoring. To make it a part of Hearth, move the upper half of this file to
//! `training/src/estimators/`, name it in `training/src/estimators.rs`, and give it a number in
//! `model/src/format/codes.rs`; this example borrows the number of another linear estimator.

use anyhow::Result;
use model::Model;
use model::card::Metrics;
use model::format::Estimator;
use progress::Silent;
use std::fmt::Write;
use training::assessment::{self, Truth};
use training::dataset;
use training::encoding::encode;
use training::estimators::{
    Algorithm, AnyClassifier, AnyEstimator, ClassCodes, Classifier, FitOptions,
};
use training::linear::LinearFit;
use training::parameters;
use training::parameters::{AnySection, Range, Section};
use training::params::Params;
use training::pipeline::{Answering, Identity, Pipeline};
use training::preprocessing;
use training::source::{TableFile, Tables};
use training::sparse::Matrix;
use training::target::{Output, Target};

parameters! {
    /// The label whose rows have the nearest mean.
    pub struct NearestCentroid, given GivenNearestCentroid {
        /// Factor of the scores: the higher, the nearer probabilities are to 0 and 1.
        sharpness: f64 = 1.0, Range::Above0;
    }
}

impl Algorithm for NearestCentroid {
    type Features = Matrix;
    type Fitted = LinearFit;
}

impl Classifier for NearestCentroid {
    /// Half the squared distance from a centroid `c` is `|x|² / 2 - x·c + |c|² / 2`, of which the
    /// first part is the same for all labels: a linear score.
    fn fit_classes(
        &self,
        rows: &Matrix,
        classes: ClassCodes<'_>,
        _: &FitOptions<'_>,
    ) -> Result<LinearFit> {
        let count = classes.count;
        let mut centroids = vec![0.0; rows.columns * count];
        let mut sizes = vec![0.0; count];
        for (row, code) in classes.codes.iter().enumerate() {
            let class = *code as usize;
            sizes[class] += 1.0;
            for (column, value) in rows.row(row) {
                centroids[column * count + class] += value;
            }
        }
        for of_column in centroids.chunks_mut(count) {
            for (sum, size) in of_column.iter_mut().zip(&sizes) {
                *sum *= self.sharpness / size;
            }
        }
        let lengths = (0..count).map(|class| {
            let of_class = centroids.iter().skip(class).step_by(count);
            of_class.map(|value| value * value).sum::<f64>()
        });
        let intercepts = lengths.map(|square| -square / (2.0 * self.sharpness));
        Ok(LinearFit {
            intercepts: intercepts.collect(),
            weights: centroids,
            iterations: 1,
            converged: true,
        })
    }
}

/// A table of three kinds of parcels, told apart by weight and length.
fn table() -> String {
    let mut table = String::from("weight,length,kind\n");
    for row in 0..300 {
        let (kind, weight, length) = [
            ("letter", 0.1, 20.0),
            ("parcel", 2.0, 40.0),
            ("bulky", 9.0, 120.0),
        ][row % 3];
        let drift = f64::from((row * 37 % 100) as u32) / 100.0;
        let _ = writeln!(
            table,
            "{:.2},{:.1},{kind}",
            weight * (0.8 + drift),
            length * (1.2 - drift / 2.0)
        );
    }
    table
}

fn main() -> Result<()> {
    // Parameters have defaults, and are given by their names, as `--set` does it.
    let mut section = Section::<NearestCentroid>::default();
    section
        .set("sharpness", &2.0.into())
        .map_err(anyhow::Error::msg)?;
    section.check().map_err(anyhow::Error::msg)?;
    let estimator: &NearestCentroid = &section;

    // A table becomes typed columns, and these become features.
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("parcels.csv");
    std::fs::write(&path, table())?;
    let params = Params {
        target: Some("kind".into()),
        ..Params::default()
    };
    let table = TableFile(path);
    let tables = Tables {
        train: &table,
        test: None,
    };
    let read = dataset::read(&params, tables, &Silent)?;
    let (rows, seed) = (&read.training, params.seed);
    let style = estimator.style();
    let preprocessing =
        preprocessing::fit(&read.table, rows, &read.target, style, &params.text, seed)?;
    let features = encode(&preprocessing, &read.table, rows, style, seed, &|| ())?;

    // The fit becomes a model file, which scores as it will in production.
    let Target::Classes { codes, count } = &read.target else {
        anyhow::bail!("labels were expected");
    };
    let classes = ClassCodes {
        codes,
        count: *count,
    };
    let pipeline = Pipeline {
        estimator: Estimator::LinearSvc,
        columns: preprocessing.columns,
        kernel: estimator.fit(&features, classes, &FitOptions::default())?,
        output: Output::Labels(AnyClassifier::link(estimator, *count)),
    };
    let bytes = pipeline.file(&read.answers, &Answering::default(), Identity::default())?;
    let model = Model::open(&bytes)?;

    let (test, rows) = read.testing();
    let predictions = assessment::ask(&model, test, rows)?;
    let truth = Truth {
        answers: &read.answers,
        positive: None,
        training: &read.target,
        seed,
    };
    let Metrics::Classification(metrics) = assessment::metrics(&truth, &predictions)? else {
        anyhow::bail!("figures of labels were expected");
    };
    println!("accuracy {:.4} on {} rows", metrics.accuracy, rows.len());
    anyhow::ensure!(metrics.accuracy > 0.9, "nine of ten were expected");
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_example_recognises_parcels() {
        super::main().unwrap();
    }
}
