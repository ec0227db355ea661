//! Numbers shared out by weights, so that their sums are kept.

/// New areas with their weights in parts of [`WHOLE`](super::WHOLE).
pub(super) type Parts = Vec<(usize, u64)>;

/// A number in parts by weights: each is its share rounded down, and those with the largest remainders
/// get one more, the first of them where they are alike.
pub(super) fn shared_out(number: u64, weights: &[u128]) -> Vec<u64> {
    // Weights are below 10^18, numbers at most 10^15: products fit.
    let largest = weights.iter().copied().max().unwrap_or(0);
    let scale = (largest / 1_000_000_000_000_000_000).max(1);
    let weights: Vec<u128> = weights.iter().map(|weight| weight / scale).collect();
    let sum: u128 = weights.iter().sum::<u128>().max(1);
    let product = |weight: u128| u128::from(number) * weight;
    let mut shares: Vec<u64> = weights
        .iter()
        .map(|&weight| u64::try_from(product(weight) / sum).unwrap_or(u64::MAX))
        .collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|&at| (std::cmp::Reverse(product(weights[at]) % sum), at));
    let given: u64 = shares.iter().sum();
    let rest = usize::try_from(number.saturating_sub(given)).unwrap_or(0);
    for &at in order.iter().take(rest) {
        shares[at] += 1;
    }
    shares
}

/// A flow between areas that may be split, by the product of the weights of both ends.
pub(super) fn spread(commuters: u64, from: &Parts, to: &Parts) -> Vec<(usize, usize, u64)> {
    let pairs: Vec<(usize, usize)> =
        from.iter().flat_map(|one| to.iter().map(move |other| (one.0, other.0))).collect();
    let weights: Vec<u128> = from
        .iter()
        .flat_map(|one| to.iter().map(move |other| u128::from(one.1) * u128::from(other.1)))
        .collect();
    let shares = shared_out(commuters, &weights);
    pairs.into_iter().zip(shares).map(|((from, to), share)| (from, to, share)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_keep_their_sum_and_follow_the_weights() {
        assert_eq!(shared_out(10, &[2, 1, 1]), [5, 3, 2], "the first of two alike gets the rest");
        assert_eq!(shared_out(1, &[1, 3]), [0, 1]);
        assert_eq!(shared_out(0, &[1, 1]), [0, 0]);
        let parts = vec![(0, 600_000_000), (1, 400_000_000)];
        let spread = spread(100, &parts, &parts);
        assert_eq!(spread, [(0, 0, 36), (0, 1, 24), (1, 0, 24), (1, 1, 16)]);
    }
}
