//! Estimates the size of a log whose requests share lines, as with HEARTH_EMF=window.

use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Lines with the same directives and the same properties are put together, a hundred values a
/// metric; what differs from line to line, such as a request's id, is left out, and the time is the
/// first one's.
#[derive(Default)]
pub(super) struct Windows {
    /// By the namespace and dimensions of a line: what is collected.
    open: BTreeMap<String, Map<String, Value>>,
    bytes: usize,
}

impl Windows {
    /// Adds a line that the lint has passed. One with several directives stays as it is.
    pub(super) fn add(&mut self, root: &Map<String, Value>) {
        let directives = &root["_aws"]["CloudWatchMetrics"];
        let one = directives.as_array().filter(|all| all.len() == 1);
        let Some(directive) = one.and_then(|all| all[0].as_object()) else {
            self.bytes += length(root);
            return;
        };
        let is_full = |window: &Map<String, Value>| {
            let count = |name| count(root, name) + count(window, name);
            names(root).any(|name| count(name) > emf::limits::VALUES)
        };
        let dimensions = directive["Dimensions"].as_array().into_iter().flatten();
        let dimensions = dimensions.filter_map(Value::as_array).flatten();
        let values = dimensions.map(|name| root[name.as_str().unwrap_or_default()].to_string());
        let key = format!(
            "{} {} {}",
            directive["Namespace"],
            directive["Dimensions"],
            values.collect::<String>()
        );
        if let Some(window) = self.open.remove(&key).filter(|window| {
            if is_full(window) {
                self.bytes += length(window);
                return false;
            }
            true
        }) {
            self.open.insert(key, merged(window, root));
        } else {
            self.open.insert(key, root.clone());
        }
    }

    /// Bytes of all lines.
    pub(super) fn bytes(&self) -> usize {
        self.bytes + self.open.values().map(length).sum::<usize>()
    }
}

/// A window with one more line in it.
fn merged(mut window: Map<String, Value>, line: &Map<String, Value>) -> Map<String, Value> {
    let metrics: Vec<String> = names(&window)
        .chain(names(line))
        .map(str::to_owned)
        .collect();
    window.retain(|name, value| {
        name == "_aws" || metrics.contains(name) || line.get(name) == Some(value)
    });
    for name in names(line) {
        let Some(added) = line.get(name) else {
            continue;
        };
        let added = match added {
            Value::Array(values) => values.clone(),
            value => vec![value.clone()],
        };
        match window.get_mut(name) {
            Some(Value::Array(values)) => values.extend(added),
            Some(value) => {
                let mut values = vec![value.take()];
                values.extend(added);
                *value = Value::Array(values);
            }
            None => {
                let value = if added.len() == 1 {
                    added[0].clone()
                } else {
                    Value::Array(added)
                };
                window.insert(name.to_owned(), value);
            }
        }
    }
    let known: Vec<String> = names(&window).map(str::to_owned).collect();
    let new = definitions(line).iter().filter(|definition| {
        let name = definition["Name"].as_str().unwrap_or_default();
        known.iter().all(|other| other != name)
    });
    let new: Vec<Value> = new.cloned().collect();
    let all = window["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array_mut();
    all.into_iter().for_each(|all| all.extend_from_slice(&new));
    window
}

fn definitions(root: &Map<String, Value>) -> &[Value] {
    let metrics = root["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array();
    metrics.map_or(&[], Vec::as_slice)
}

fn names(root: &Map<String, Value>) -> impl Iterator<Item = &str> {
    definitions(root)
        .iter()
        .filter_map(|definition| definition["Name"].as_str())
}

fn count(root: &Map<String, Value>, name: &str) -> usize {
    match root.get(name) {
        Some(Value::Array(values)) => values.len(),
        Some(_) => 1,
        None => 0,
    }
}

/// Bytes of the line, without a line's end.
fn length(root: &Map<String, Value>) -> usize {
    serde_json::to_string(root).map_or(0, |text| text.len())
}
