//! Divisions that leave areas out or hold some twice, in a sentence.

use super::{Lang, upper_first};

impl Lang {
    /// `Four municipalities stand outside and count as zero, and one is in two regions.`
    pub(crate) fn cover(self, outside: usize, double: usize) -> String {
        let key = match (outside, double) {
            (1, 0) => "cover_out_one",
            (_, 0) => "cover_out",
            (0, 1) => "cover_double_one",
            (0, _) => "cover_double",
            (1, 1) => "cover_one_one",
            (_, 1) => "cover_out_double_one",
            (1, _) => "cover_one_double",
            _ => "cover_out_double",
        };
        let counts = [("out", self.count_word(outside)), ("double", self.count_word(double))];
        format!("{}.", upper_first(&self.say(key, &counts)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_outside_and_those_in_two_regions_are_counted_in_words() {
        assert_eq!(Lang::Nb.cover(4, 1), "Fire kommuner står utenfor, og én er med i to regioner.");
        assert_eq!(Lang::En.cover(13, 0), "13 municipalities stand outside and count as zero.");
    }
}
