//! Which of some words was probably meant.

/// Characters of a written word that are compared at most.
const COMPARED_CHARACTERS: usize = 60;

/// The candidate that `written` most likely stands for: at most a third of its letters differ (one at
/// least), counted as insertions, deletions, replacements and swaps of neighbours.
pub fn nearest<'c>(written: &str, candidates: &[&'c str]) -> Option<&'c str> {
    let written: Vec<char> = written.chars().take(COMPARED_CHARACTERS).collect();
    let allowed = (written.len() / 3).max(1);
    candidates
        .iter()
        .map(|candidate| (distance(&written, candidate), *candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Optimal string alignment distance, three rows at a time; case does not count.
fn distance(written: &[char], candidate: &str) -> usize {
    let same = |a: char, b: char| a.eq_ignore_ascii_case(&b);
    let candidate: Vec<char> = candidate.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=candidate.len()).collect();
    for (row, &letter) in written.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, &wanted) in candidate.iter().enumerate() {
            let replaced = last[column] + usize::from(!same(letter, wanted));
            let mut best = replaced.min(last[column + 1] + 1).min(current[column] + 1);
            if row > 0
                && column > 0
                && same(letter, candidate[column - 1])
                && same(written[row - 1], wanted)
            {
                best = best.min(before_last[column - 1] + 1);
            }
            current.push(best);
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last.last().copied().unwrap_or(written.len())
}

#[cfg(test)]
mod tests {
    use super::nearest;

    const KEYS: [&str; 4] = ["action", "allow", "deny", "mirrors"];

    #[test]
    fn a_swap_a_slip_and_a_missing_letter_are_recognised() {
        for written in ["aciton", "actoin", "acton", "Action", "actions"] {
            assert_eq!(nearest(written, &KEYS), Some("action"), "{written}");
        }
    }

    #[test]
    fn a_different_word_has_no_suggestion() {
        assert_eq!(nearest("severity", &KEYS), None);
        assert_eq!(nearest("", &KEYS), None);
    }
}
