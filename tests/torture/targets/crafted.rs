//! Model files that somebody made by hand: their digest is right and every record is legal, and they
//! ask for more work than a file of their size should. Each is refused, or answers a request within
//! [`BUDGET`] of the processor time of a sound file of the same size.

mod sections;
mod shapes;

use std::time::Duration;

use model::Model;
use support::tables::Draw;

use self::shapes::SHAPES;
use super::opened::ask;
use super::{Input, Target};
use crate::measure::processor_time;

/// Processor time that a made-up file may take over a sound one. Builds for tests are not optimised,
/// and take some three times as long as the image's.
const BUDGET: Duration = Duration::from_millis(300);

/// Files by their shape.
pub struct Shapes;

impl Target for Shapes {
    fn ways(&self) -> usize {
        SHAPES.len()
    }

    fn input(&mut self, draw: &mut Draw) -> Input {
        let which = draw.below(SHAPES.len());
        let seed = draw.below(1 << 30) as u64;
        Input {
            which,
            bytes: seed.to_le_bytes().to_vec(),
        }
    }

    fn run(&mut self, input: &Input) -> Result<bool, String> {
        let seed = input
            .bytes
            .first_chunk()
            .map_or(0, |seed| u64::from_le_bytes(*seed));
        let crafted = SHAPES[input.which % SHAPES.len()](&mut Draw::new(seed));
        if Model::open(&crafted.sound).is_err() {
            return Err("the sound file is refused".into());
        }
        if Model::open(&crafted.file).is_err() {
            return Ok(false);
        }
        let taken = |bytes: &[u8]| {
            let start = processor_time();
            ask(bytes, &crafted.rows);
            processor_time() - start
        };
        let (sound, made_up) = (taken(&crafted.sound), taken(&crafted.file));
        match made_up.saturating_sub(sound) {
            over if over > BUDGET => Err(format!("{made_up:?}, and {sound:?} of a sound file")),
            _ => Ok(true),
        }
    }
}
