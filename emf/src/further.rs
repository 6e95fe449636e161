//! Dimensions of one line, beside those of the settings.

use crate::{Settings, json, legal, limits, metrics};

/// The dimensions that a line has for itself, rendered as they come.
#[derive(Clone, Debug, Default)]
pub(crate) struct Further {
    names: Vec<String>,
    /// `"column","label"`: their part of the dimension set.
    pub(crate) set: Vec<u8>,
    /// `,"column":"income"`: their targets on the root.
    pub(crate) targets: Vec<u8>,
}

impl Further {
    /// Adds a dimension, made legal; not if there is no room for it or its name is taken.
    pub(crate) fn add(&mut self, settings: &Settings, name: &str, value: &str) -> Option<()> {
        let name = legal::dimension_name(name);
        let count = settings.dimensions().len() + self.names.len();
        let is_taken = name == limits::RESERVED
            || settings.has_dimension(&name)
            || self.has(&name)
            || metrics::find(&name).is_some();
        if is_taken || count == limits::DIMENSIONS {
            return None;
        }
        if count > 0 {
            self.set.push(b',');
        }
        json::push_string(&mut self.set, &name);
        json::push_key(&mut self.targets, &name);
        json::push_string(&mut self.targets, &legal::dimension_value(value));
        self.names.push(name.into_owned());
        Some(())
    }

    /// True if the member `name` of the root belongs to one of them.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.names.iter().any(|other| other == name)
    }
}
