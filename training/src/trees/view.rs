//! The rows of a node side by side, as one column has them.

use super::bins::MISSING_BIN;
use super::split::Cut;

/// A column as seen by the rows of a node.
pub(super) struct View<'a> {
    /// The bins of the rows.
    pub bins: &'a [u8],
    /// The least bin that holds values.
    pub least: u8,
    /// The greatest bin that holds values.
    pub greatest: u8,
    /// True if any row's value is missing.
    pub missing: bool,
}

/// The rows' bins, gathered in `local`; None if they are all the same.
pub(super) fn look<'a>(column: &[u8], rows: &[u32], local: &'a mut [u8]) -> Option<View<'a>> {
    let bins = &mut local[..rows.len()];
    for (bin, &row) in bins.iter_mut().zip(rows) {
        *bin = column[row as usize];
    }
    // With 1 added, a missing value's bin is 0 and does not hide the greatest.
    let (mut least, mut last, mut above) = (u8::MAX, 0, 0);
    for &bin in bins.iter() {
        least = least.min(bin);
        last = last.max(bin);
        above = above.max(bin.wrapping_add(1));
    }
    (least != last).then(|| View {
        bins,
        least,
        greatest: above - 1,
        missing: last == MISSING_BIN,
    })
}

/// Memory for parting the rows of a tree, as long as they are.
#[derive(Default)]
pub(super) struct Spare<T> {
    pub rows: Vec<u32>,
    pub items: Vec<T>,
}

/// Puts the rows that go left before those that go right, each in their order; how many go left.
pub(super) fn part<T: Copy>(
    column: &[u8],
    cut: Cut,
    rows: &mut [u32],
    items: &mut [T],
    spare: &mut Spare<T>,
) -> usize {
    let (mut left, mut right) = (0, 0);
    let (spare_rows, spare_items) = (
        &mut spare.rows[..rows.len()],
        &mut spare.items[..rows.len()],
    );
    for at in 0..rows.len() {
        let (row, item) = (rows[at], items[at]);
        let bin = column[row as usize];
        let goes_left = if bin == MISSING_BIN {
            cut.missing_left
        } else {
            bin <= cut.bin
        };
        // Written to both places; only one is kept. A branch would be guessed wrong half the time.
        rows[left] = row;
        items[left] = item;
        spare_rows[right] = row;
        spare_items[right] = item;
        left += usize::from(goes_left);
        right += usize::from(!goes_left);
    }
    rows[left..].copy_from_slice(&spare_rows[..right]);
    items[left..].copy_from_slice(&spare_items[..right]);
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_looked_at_without_its_missing_values() {
        let mut local = [0; 4];
        let view = look(&[9, 255, 3, 7], &[1, 3, 0], &mut local).unwrap();
        assert_eq!((view.least, view.greatest, view.missing), (7, 9, true));
        assert!(look(&[9, 9, 3], &[0, 1], &mut local).is_none());
        assert!(look(&[255, 255], &[0, 1], &mut local).is_none());
    }

    #[test]
    fn parting_keeps_the_order_of_both_sides() {
        let (mut rows, mut items) = ([4, 3, 2, 1, 0], ['e', 'd', 'c', 'b', 'a']);
        let mut spare = Spare {
            rows: vec![0; 5],
            items: vec![' '; 5],
        };
        let cut = Cut {
            score: 0.0,
            bin: 3,
            next: 4,
            missing_left: true,
        };
        let left = part(&[3, 4, 255, 9, 0], cut, &mut rows, &mut items, &mut spare);
        assert_eq!(left, 3);
        assert_eq!((rows, items), ([4, 2, 0, 3, 1], ['e', 'c', 'a', 'd', 'b']));
    }
}
