//! The units that CloudWatch knows.

/// Writes the enum, its list and its names from one table, so that no unit can miss in one of them.
macro_rules! units {
    ($($variant:ident $name:literal,)*) => {
        /// The unit of a metric: all that CloudWatch knows, and no other is legal in a line.
        ///
        /// Source: CloudWatch API reference, `MetricDatum`, member `Unit`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Unit {
            $(
                #[doc = concat!("`", $name, "`")]
                $variant,
            )*
        }

        impl Unit {
            /// Every unit once.
            pub const ALL: &[Unit] = &[$(Unit::$variant,)*];

            /// The spelling that CloudWatch reads, for example `Bytes/Second`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Unit::$variant => $name,)*
                }
            }
        }
    };
}

units! {
    Seconds "Seconds",
    Microseconds "Microseconds",
    Milliseconds "Milliseconds",
    Bytes "Bytes",
    Kilobytes "Kilobytes",
    Megabytes "Megabytes",
    Gigabytes "Gigabytes",
    Terabytes "Terabytes",
    Bits "Bits",
    Kilobits "Kilobits",
    Megabits "Megabits",
    Gigabits "Gigabits",
    Terabits "Terabits",
    Percent "Percent",
    Count "Count",
    BytesPerSecond "Bytes/Second",
    KilobytesPerSecond "Kilobytes/Second",
    MegabytesPerSecond "Megabytes/Second",
    GigabytesPerSecond "Gigabytes/Second",
    TerabytesPerSecond "Terabytes/Second",
    BitsPerSecond "Bits/Second",
    KilobitsPerSecond "Kilobits/Second",
    MegabitsPerSecond "Megabits/Second",
    GigabitsPerSecond "Gigabits/Second",
    TerabitsPerSecond "Terabits/Second",
    CountPerSecond "Count/Second",
    None "None",
}

impl Unit {
    /// The unit with this spelling; letter case counts.
    pub fn from_name(name: &str) -> Option<Unit> {
        Unit::ALL.iter().copied().find(|unit| unit.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::Unit;

    #[test]
    fn all_27_units_are_found_by_their_own_name() {
        assert_eq!(Unit::ALL.len(), 27);
        for &unit in Unit::ALL {
            assert_eq!(Unit::from_name(unit.as_str()), Some(unit));
        }
        assert_eq!(Unit::from_name("milliseconds"), None);
    }
}
