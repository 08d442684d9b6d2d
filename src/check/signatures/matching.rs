//! Pairs wanted signers with those who signed, each at most once, so that as many signers as possible
//! are satisfied: a largest matching in a bipartite graph, by augmenting paths (Berge's theorem).

use std::collections::VecDeque;

/// For each signer the number of who signed for it. `accepted[signer]` are the numbers, below `signed`,
/// of those whom the signer's patterns accept. Takes at most the number of signers times that of pairs.
pub fn pairs(accepted: &[Vec<usize>], signed: usize) -> Vec<Option<usize>> {
    let mut of_signer: Vec<Option<usize>> = vec![None; accepted.len()];
    let mut taken_by: Vec<Option<usize>> = vec![None; signed];
    for start in 0..accepted.len() {
        let mut reached_from: Vec<Option<usize>> = vec![None; signed];
        let mut signers = VecDeque::from([start]);
        let mut free = None;
        'search: while let Some(signer) = signers.pop_front() {
            for &who in &accepted[signer] {
                if reached_from[who].is_some() {
                    continue;
                }
                reached_from[who] = Some(signer);
                match taken_by[who] {
                    Some(other) => signers.push_back(other),
                    None => {
                        free = Some(who);
                        break 'search;
                    }
                }
            }
        }
        // Each signer on the path hands on whom it had and takes the one through which it was reached.
        while let Some(who) = free {
            let Some(signer) = reached_from[who] else {
                break;
            };
            taken_by[who] = Some(signer);
            free = of_signer[signer].replace(who);
        }
    }
    of_signer
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The largest number of pairs, by trying everything.
    fn most(accepted: &[Vec<usize>], taken: &mut Vec<usize>) -> usize {
        let Some((first, others)) = accepted.split_first() else {
            return 0;
        };
        let mut best = most(others, taken);
        for &who in first {
            if !taken.contains(&who) {
                taken.push(who);
                best = best.max(1 + most(others, taken));
                taken.pop();
            }
        }
        best
    }

    #[test]
    fn one_who_signed_satisfies_one_of_two_patterns() {
        assert_eq!(pairs(&[vec![0], vec![0]], 1), [Some(0), None]);
    }

    #[test]
    fn a_signer_with_a_choice_leaves_the_other_its_only_one() {
        assert_eq!(pairs(&[vec![0, 1], vec![0]], 2), [Some(1), Some(0)]);
    }

    #[test]
    fn a_long_chain_of_choices_needs_no_recursion() {
        let mut accepted: Vec<Vec<usize>> = (0..5_000).map(|n| vec![n, n + 1]).collect();
        accepted.push(vec![0]);
        let paired = pairs(&accepted, 5_001);
        assert!(paired.iter().all(Option::is_some));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn no_larger_pairing_exists(
            accepted in prop::collection::vec(prop::collection::vec(0_usize..5, 0..5), 0..6),
        ) {
            let paired = pairs(&accepted, 5);
            let mut used: Vec<usize> = paired.iter().flatten().copied().collect();
            prop_assert_eq!(used.len(), most(&accepted, &mut Vec::new()));
            for (signer, who) in paired.iter().enumerate() {
                prop_assert!(who.is_none_or(|who| accepted[signer].contains(&who)));
            }
            used.sort_unstable();
            let all = used.len();
            used.dedup();
            prop_assert_eq!(used.len(), all);
        }
    }
}
