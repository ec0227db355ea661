//! Numbers of people that need not be whole, without rounding.

/// Parts of one, to which decimals are held: 10¹⁸.
const ONE: u128 = 1_000_000_000_000_000_000;
/// Decimals that are held; further ones, which no measurement has, are cut off.
const DECIMALS: u8 = 18;

/// A number of people that need not be whole, as weighted estimates are not. Exact to 10⁻¹⁸.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal(u128);

impl Decimal {
    /// The number of these digits; `None` where it is above the largest count there is.
    pub(super) fn of_digits(whole: &[&str], fraction: &str, exponent: Option<i32>) -> Option<Self> {
        let digits: String = whole.iter().copied().chain([fraction]).collect();
        let digits = digits.trim_start_matches('0');
        if digits.is_empty() {
            return Some(Self(0));
        }
        let fraction = i64::try_from(fraction.len()).unwrap_or(i64::MAX);
        let power = i64::from(DECIMALS) - fraction + i64::from(exponent.unwrap_or(0));
        let length = i64::try_from(digits.len()).unwrap_or(i64::MAX);
        // 10^15 has 16 digits before its decimals.
        if length.saturating_add(power) > 16 + i64::from(DECIMALS) {
            return None;
        }
        let kept = usize::try_from((length + power.min(0)).max(0)).unwrap_or(0).min(digits.len());
        let mut number: u128 =
            if kept == 0 { 0 } else { digits[..kept].parse().unwrap_or(u128::MAX) };
        for _ in 0..power.max(0) {
            number = number.saturating_mul(10);
        }
        Some(Self(number)).filter(|number| !number.is_too_large())
    }

    /// A whole number.
    pub fn whole(number: u64) -> Self {
        Self(u128::from(number) * ONE)
    }

    /// The number, where it is whole and fits.
    pub fn as_whole(self) -> Option<u64> {
        (self.0.is_multiple_of(ONE)).then(|| u64::try_from(self.0 / ONE).ok()).flatten()
    }

    /// Whether it is above the largest count there is.
    pub fn is_too_large(self) -> bool {
        self.0 > u128::from(crate::quantity::LARGEST) * ONE
    }

    /// The number in parts of 10⁻¹⁸.
    pub fn parts(self) -> u128 {
        self.0
    }

    /// The nearest whole number; halves go up.
    pub fn rounded(self) -> u64 {
        u64::try_from((self.0 + ONE / 2) / ONE).unwrap_or(u64::MAX)
    }

    /// The sum, or the largest number there is.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// So many times the number; `None` above the largest count there is.
    #[must_use]
    pub fn times(self, factor: u64) -> Option<Self> {
        self.0.checked_mul(u128::from(factor)).map(Self).filter(|number| !number.is_too_large())
    }

    /// A millionth.
    pub const MILLIONTH: Self = Self(ONE / 1_000_000);

    /// The difference, or 0 where the other is larger.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// How far apart two numbers are.
    #[must_use]
    pub fn distance(self, other: Self) -> Self {
        Self(self.0.abs_diff(other.0))
    }

    /// Whether two numbers differ by no more than what decimals add up to as a rounding error.
    pub fn is_near(self, other: Self) -> bool {
        self.distance(other) <= Self::MILLIONTH
    }

    /// Whether it is 0.
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The number with at most two decimals, rounded, for a message.
    pub fn shown(self) -> String {
        let hundredths = (self.0 + ONE / 200) / (ONE / 100);
        let whole = crate::quantity::grouped(u64::try_from(hundredths / 100).unwrap_or(u64::MAX));
        match hundredths % 100 {
            0 => whole,
            rest => format!("{whole}.{rest:02}"),
        }
    }
}
