use std::fmt;
use std::str::FromStr;

/// A day of the calendar.
///
/// ```
/// use connlint_config::Date;
///
/// let day: Date = "2026-02-28".parse().unwrap();
/// assert!(day < "2026-03-01".parse().unwrap());
/// assert_eq!(Date::from_unix(0).to_string(), "1970-01-01");
/// assert!("2026-02-30".parse::<Date>().is_err() && "tomorrow".parse::<Date>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// It is no day, or not written as `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoDate;

impl fmt::Display for NoDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a day, such as 2026-12-31")
    }
}

impl std::error::Error for NoDate {}

impl Date {
    /// The day of a time, in seconds since 1970 in UTC; those after 9999 are the last day of it.
    pub fn from_unix(seconds: u64) -> Self {
        let mut days = seconds / 86_400;
        for year in 1970..=9999_u16 {
            let length = if is_leap(year) { 366 } else { 365 };
            if days >= length {
                days -= length;
                continue;
            }
            for month in 1..=12 {
                let length = u64::from(days_of(year, month));
                if days < length {
                    let day = u8::try_from(days + 1).expect("a month has at most 31 days");
                    return Self { year, month, day };
                }
                days -= length;
            }
        }
        Self { year: 9999, month: 12, day: 31 }
    }
}

impl FromStr for Date {
    type Err = NoDate;

    fn from_str(text: &str) -> Result<Self, NoDate> {
        let parts: Vec<&str> = text.split('-').collect();
        let [year, month, day] = parts[..] else { return Err(NoDate) };
        if (year.len(), month.len(), day.len()) != (4, 2, 2) {
            return Err(NoDate);
        }
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !parts.iter().all(|part| is_number(part)) {
            return Err(NoDate);
        }
        let year = year.parse().map_err(|_| NoDate)?;
        let month = month.parse().map_err(|_| NoDate)?;
        let day = day.parse().map_err(|_| NoDate)?;
        let exists = (1..=12).contains(&month) && (1..=days_of(year, month)).contains(&day);
        if exists { Ok(Self { year, month, day }) } else { Err(NoDate) }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

const fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

const fn days_of(year: u16, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days() {
        for (seconds, day) in [
            (0, "1970-01-01"),
            (86_399, "1970-01-01"),
            (951_782_400, "2000-02-29"),
            (1_772_323_200, "2026-03-01"),
            (1_798_675_200, "2026-12-31"),
            (u64::MAX, "9999-12-31"),
        ] {
            assert_eq!(Date::from_unix(seconds).to_string(), day, "{seconds}");
            assert_eq!(day.parse(), Ok(Date::from_unix(seconds)));
        }
        for text in
            ["2026-13-01", "2026-00-01", "2026-1-1", "2025-02-29", "2026-01-00", "+026-01-01"]
        {
            assert_eq!(text.parse::<Date>(), Err(NoDate), "{text}");
        }
    }
}
