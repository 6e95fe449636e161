//! Functions of which p-values are made.

/// Coefficients of the Lanczos approximation with g = 7 and nine terms (Lanczos, "A precision
/// approximation of the gamma function", 1964; these by Godfrey, 2001): 15 digits.
const LANCZOS: [f64; 9] = [
    0.999_999_999_999_809_9,
    676.520_368_121_885_1,
    -1_259.139_216_722_402_8,
    771.323_428_777_653_1,
    -176.615_029_162_140_6,
    12.507_343_278_686_905,
    -0.138_571_095_265_720_12,
    9.984_369_578_019_572e-6,
    1.505_632_735_149_311_6e-7,
];

/// The natural logarithm of the gamma function, for positive `x`.
pub fn ln_gamma(x: f64) -> f64 {
    if x < 0.5 {
        // Reflection (Abramowitz and Stegun, 6.1.17).
        let sine = (std::f64::consts::PI * x).sin();
        return (std::f64::consts::PI / sine).ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let base = x + 7.5;
    let terms = (1..).zip(&LANCZOS[1..]);
    let sum = terms.fold(LANCZOS[0], |sum, (at, term)| sum + term / (x + at as f64));
    0.5 * (2.0 * std::f64::consts::PI).ln() + (x + 0.5) * base.ln() - base + sum.ln()
}

/// The upper regularised incomplete gamma function Q(a, x): by its series where `x` is small
/// (Abramowitz and Stegun, 6.5.29), else by its continued fraction (6.5.31), which is worked out by
/// Lentz's method as Thompson and Barnett have it ("Coulomb and Bessel functions of complex
/// arguments and order", 1986).
pub fn upper_gamma(a: f64, x: f64) -> f64 {
    if x.is_nan() || a <= 0.0 {
        return f64::NAN;
    }
    if x <= 0.0 {
        return 1.0;
    }
    if x == f64::INFINITY {
        return 0.0;
    }
    let factor = (a * x.ln() - x - ln_gamma(a)).exp();
    if x < a + 1.0 {
        let (mut term, mut sum, mut at) = (1.0 / a, 1.0 / a, a);
        while term > sum * f64::EPSILON {
            at += 1.0;
            term *= x / at;
            sum += term;
        }
        return (1.0 - sum * factor).clamp(0.0, 1.0);
    }
    // What Lentz's method puts in the place of 0.
    let tiny = 1e-300;
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / tiny;
    let mut d = 1.0 / b;
    let mut fraction = d;
    for step in 1..100_000 {
        let step = f64::from(step);
        let numerator = -step * (step - a);
        b += 2.0;
        let nonzero = |value: f64| if value.abs() < tiny { tiny } else { value };
        d = 1.0 / nonzero(numerator * d + b);
        c = nonzero(b + numerator / c);
        fraction *= d * c;
        if (d * c - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    (fraction * factor).clamp(0.0, 1.0)
}

/// Probability that a standard normal number is as far from 0 as `z` or farther, on either side:
/// erfc(|z| / √2) = Q(1/2, z²/2) (Abramowitz and Stegun, 6.5.17 and 7.1.1).
pub fn two_sided_normal(z: f64) -> f64 {
    upper_gamma(0.5, z * z / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    // The figures are scipy 1.17.1's: scipy.special.gammaln(x), 2 * scipy.stats.norm.sf(z).

    #[test]
    fn the_gamma_function_is_scipy_s() {
        for (x, expected) in [
            (0.5, 0.5723649429247),
            (1.0, 0.0),
            (4.5, 2.4537365708424423),
            (25.5, 56.38916764371994),
            (100.0, 359.1342053695754),
        ] {
            assert!((ln_gamma(x) - expected).abs() < 1e-12 * (1.0 + expected));
        }
        // gamma(1/4) = 3.6256099082219083
        assert!((ln_gamma(0.25) - 3.625_609_908_221_908_f64.ln()).abs() < 1e-14);
    }

    #[test]
    fn the_tails_of_the_normal_distribution_are_scipy_s() {
        for (z, expected) in [
            (0.0, 1.0),
            (1.0, 0.31731050786291415),
            (-1.959963984540054, 0.05),
            (4.0, 6.334248366623973e-05),
        ] {
            let p = two_sided_normal(z);
            assert!((p / expected - 1.0).abs() < 1e-12, "{z}: {p}");
        }
        assert_eq!(two_sided_normal(f64::INFINITY), 0.0);
        assert!(two_sided_normal(f64::NAN).is_nan());
    }
}
