//! Model files of every kind of estimator, and what may happen to one.

use std::path::{Path, PathBuf};

use model::Model;
use model::digest::of_file;
use support::tables::{Draw, numbers, texts, tickets, write, yes_or_no};
use support::{example, hearth, names};

use crate::mutate::{bytes, odd_number};
use support::doors_model;

/// Every estimator, with a table that it learns from and the column to tell.
const TRAINED: [(&str, &str, &str); 12] = [
    ("logistic_regression", "tickets.csv", "queue"),
    ("linear_svc", "texts.csv", "label"),
    ("multinomial_nb", "texts.csv", "label"),
    ("complement_nb", "texts.csv", "label"),
    ("random_forest", "yes_or_no.csv", "answer"),
    ("extra_trees", "tickets.csv", "queue"),
    ("gradient_boosting", "yes_or_no.csv", "answer"),
    ("gradient_boosting", "tickets.csv", "queue"),
    ("ridge", "numbers.csv", "y"),
    ("elastic_net", "numbers.csv", "y"),
    ("random_forest", "numbers.csv", "y"),
    ("gradient_boosting", "numbers.csv", "y"),
];

/// Trains a small model of each kind into `folder`, and copies those of `model/tests/files` beside
/// them: files that earlier programs wrote.
pub fn make(folder: &Path) {
    write(folder, "numbers.csv", &numbers(120));
    write(folder, "texts.csv", &texts(120, 3));
    write(folder, "tickets.csv", &tickets(120));
    write(folder, "yes_or_no.csv", &yes_or_no(160, 2));
    for (index, (estimator, table, target)) in TRAINED.iter().enumerate() {
        let out = format!("{index:02}-{estimator}.hearth");
        let what = ["train", "--quiet", "--data", table, "--target", target];
        let how = ["--estimator", estimator, "--folds", "2", "--out", &out];
        hearth(folder, &[&what[..], &how].concat()).success();
    }
    let four = tempfile::tempdir()
        .and_then(|other| std::fs::copy(doors_model::write(&other), folder.join("doors.four")));
    four.unwrap_or_else(|error| panic!("the model of the doors: {error}"));
    let kept = example::root().join("model/tests/files");
    for name in names(&kept).iter().filter(|name| name.ends_with(".hearth")) {
        let copied = std::fs::copy(kept.join(name), folder.join(name));
        copied.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

/// The model files of a folder, by name.
pub fn read(folder: &Path) -> Vec<Vec<u8>> {
    let is_model = |name: &String| name.ends_with(".hearth");
    let paths = names(folder).into_iter().filter(is_model);
    let paths: Vec<PathBuf> = paths.map(|name| folder.join(name)).collect();
    let read = |path: &PathBuf| {
        std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    paths.iter().map(read).collect()
}

/// Bytes of the header and of an entry of the table of sections (FORMAT.md).
const HEADER: usize = 64;
const ENTRY: usize = 24;

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let found = bytes.get(at..at + 4).and_then(|four| four.try_into().ok());
    u32::from_le_bytes(found.unwrap_or_default())
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    let found = bytes
        .get(at..at + 8)
        .and_then(|eight| eight.try_into().ok());
    u64::from_le_bytes(found.unwrap_or_default())
}

fn put(bytes: &mut [u8], at: usize, value: &[u8]) {
    if let Some(place) = bytes.get_mut(at..at + value.len()) {
        place.copy_from_slice(value);
    }
}

/// A model file made worse, with a length and a digest that fit again as a rule: what checks them is
/// passed, and what is behind it is reached.
pub fn damaged(draw: &mut Draw, whole: &[u8], other: &[u8]) -> Vec<u8> {
    let mut file = whole.to_vec();
    for _ in 0..1 + draw.below(3) {
        let entries = (u32_at(&file, 12) as usize).min(200);
        let entry = HEADER + ENTRY * draw.below(entries.max(1));
        let second = HEADER + ENTRY * draw.below(entries.max(1));
        let (start, length) = (u64_at(&file, entry + 8), u64_at(&file, entry + 16));
        match draw.below(10) {
            // Numbers within a section: counts, spans, children of nodes, weights.
            0..=4 if length >= 4 && start < file.len() as u64 => {
                let at = start as usize + 4 * draw.below(length as usize / 4);
                let value = match draw.below(3) {
                    0 => u32_at(&file, at)
                        .wrapping_add(draw.below(5) as u32)
                        .wrapping_sub(2),
                    1 => u32_at(&file, start as usize + 4 * draw.below(length as usize / 4)),
                    _ => odd_number(draw) as u32,
                };
                put(&mut file, at, &value.to_le_bytes());
            }
            5 => {
                let at = entry + [0, 4, 8, 16][draw.below(4)];
                let value = odd_number(draw);
                put(&mut file, at, &value.to_le_bytes()[..4]);
            }
            // Sections that change places, or are one.
            6 => {
                let (one, two) = (u64_at(&file, entry + 8), u64_at(&file, second + 8));
                put(&mut file, entry + 8, &two.to_le_bytes());
                if draw.below(2) == 0 {
                    put(&mut file, second + 8, &one.to_le_bytes());
                    let (one, two) = (u64_at(&file, entry + 16), u64_at(&file, second + 16));
                    put(&mut file, entry + 16, &two.to_le_bytes());
                    put(&mut file, second + 16, &one.to_le_bytes());
                }
            }
            7 => {
                let (kind, more) = (u32_at(&file, entry), u32_at(&file, second));
                put(&mut file, entry, &more.to_le_bytes());
                put(&mut file, second, &kind.to_le_bytes());
            }
            // The end of another model.
            8 => {
                let at = HEADER.max(draw.below(file.len().max(1)));
                file.truncate(at);
                file.extend(other.iter().skip(at));
            }
            _ => file = bytes(draw, file, other, 2 * whole.len()),
        }
    }
    if draw.below(8) > 0 {
        repair(&mut file);
    }
    file
}

/// Makes the header tell the file's own length and digest.
pub fn repair(file: &mut [u8]) {
    let length = file.len() as u64;
    put(file, 16, &length.to_le_bytes());
    let digest = of_file(file);
    put(file, 32, &digest);
}

/// Opens a model file for `work`, as long as that takes.
///
/// # Errors
/// When it is refused.
pub fn with_model<T>(
    bytes: &[u8],
    work: impl FnOnce(&Model<'static>) -> Result<T, String>,
) -> Result<T, String> {
    let kept = Box::into_raw(bytes.to_vec().into_boxed_slice());
    // SAFETY: the box is freed below, after the model and what `work` made of it.
    let view: &'static [u8] = unsafe { &*kept };
    let done = Model::open(view)
        .map_err(|error| error.to_string())
        .and_then(|model| work(&model));
    // SAFETY: it came of `into_raw`, and `work` can return nothing that views it but a `'static` of its
    // own making, which none does.
    drop(unsafe { Box::from_raw(kept) });
    done
}
