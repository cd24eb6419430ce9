use std::borrow::Cow;
use std::fmt;

/// The number of digits beyond which Python refuses to read an integer.
pub const MAX_INT_DIGITS: usize = 4300;

/// A number as it is written; `NaN`, `Infinity` and `-Infinity` are numbers to Python.
///
/// `Debug` shows nothing of it: the number may be a secret.
#[derive(Clone, Copy)]
pub struct Number<'a> {
    text: &'a str,
    float: bool,
}

/// A float that Python's `int()` refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotFinite {
    /// `int(nan)` raises `ValueError`.
    NaN,
    /// `int(inf)` raises `OverflowError`.
    Infinite,
}

impl<'a> Number<'a> {
    /// A number as the grammar takes it, which the reader has checked.
    pub(crate) const fn new(text: &'a str, float: bool) -> Self {
        Self { text, float }
    }

    /// The number as it is written.
    pub const fn as_str(&self) -> &'a str {
        self.text
    }

    /// Whether Python makes a `float` of it, not an `int`.
    pub const fn is_float(&self) -> bool {
        self.float
    }

    /// The integer, where it is one of 64 bits.
    pub fn as_i64(&self) -> Option<i64> {
        if self.float { None } else { self.text.parse().ok() }
    }

    /// The nearest float; infinite where it is beyond all of them.
    pub fn as_f64(&self) -> f64 {
        match self.text {
            "NaN" => f64::NAN,
            "Infinity" => f64::INFINITY,
            "-Infinity" => f64::NEG_INFINITY,
            text => text.parse().unwrap_or(f64::NAN),
        }
    }

    /// Python's `bool()`.
    pub fn is_truthy(&self) -> bool {
        if self.float { self.as_f64() != 0.0 } else { !matches!(self.text, "0" | "-0") }
    }

    /// Python's `int()`: a float without its fraction, in decimal digits.
    ///
    /// # Errors
    ///
    /// Where the float is no number, or infinite.
    ///
    /// ```
    /// use connlint_json::{Value, parse};
    ///
    /// for (text, int) in [("54.32", "54"), ("-0.9", "0"), ("-0", "0"), ("1e23", "99999999999999991611392")] {
    ///     let node = parse(text).unwrap();
    ///     let Value::Number(number) = node.value else { panic!() };
    ///     assert_eq!(number.to_int().unwrap(), int);
    /// }
    /// ```
    pub fn to_int(&self) -> Result<Cow<'a, str>, NotFinite> {
        let digits = if self.float {
            let float = self.as_f64();
            if float.is_nan() {
                return Err(NotFinite::NaN);
            }
            if float.is_infinite() {
                return Err(NotFinite::Infinite);
            }
            Cow::Owned(format!("{:.0}", float.trunc()))
        } else {
            Cow::Borrowed(self.text)
        };
        Ok(if digits == "-0" { Cow::Borrowed("0") } else { digits })
    }

    /// The number as Python's `repr` and `json.dumps` write it.
    pub fn to_python(&self) -> Cow<'a, str> {
        if self.float {
            return Cow::Owned(float_repr(self.as_f64()));
        }
        Cow::Borrowed(if self.text == "-0" { "0" } else { self.text })
    }
}

/// A float as Python's `json.dumps` writes it: the shortest digits that read back the same.
///
/// ```
/// use connlint_json::float_repr;
///
/// assert_eq!(float_repr(1e16), "1e+16");
/// assert_eq!(float_repr(1e15), "1000000000000000.0");
/// assert_eq!(float_repr(0.0001), "0.0001");
/// assert_eq!(float_repr(1.5e-7), "1.5e-07");
/// ```
pub fn float_repr(float: f64) -> String {
    if float.is_nan() {
        return "NaN".into();
    }
    if float.is_infinite() {
        return if float > 0.0 { "Infinity" } else { "-Infinity" }.into();
    }
    let scientific = shortest(float);
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..16).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs());
    }
    let digits = mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let decimals = i32::try_from(digits).unwrap_or(0) - exponent;
    format!("{float:.*}", usize::try_from(decimals.max(1)).unwrap_or(1))
}

/// The shortest digits that read back the same, in scientific notation.
///
/// Of two that are equally near, Python takes the even one, `{:e}` the upper one; `{:.*e}` rounds
/// to even, but does not always read back the same.
fn shortest(float: f64) -> String {
    let shortest = format!("{float:e}");
    let mantissa = shortest.split('e').next().unwrap_or_default();
    let decimals = mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let nearest = format!("{float:.decimals$e}");
    let reads_back = nearest.parse().map(f64::to_bits) == Ok(float.to_bits());
    if reads_back { nearest } else { shortest }
}

impl fmt::Debug for Number<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.float { "Number(float)" } else { "Number(int)" })
    }
}
