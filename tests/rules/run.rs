//! A run of the library on texts: what the program does between reading files and writing a report.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use imagegate::check::{self, Context, Judgement};
use imagegate::extract::{ExtractSettings, file};
use imagegate::model::evidence::{Evidence, Gathered, Needs};
use imagegate::model::file_facts::FileFacts;
use imagegate::model::finding::Finding;
use imagegate::model::rule::Rule;
use imagegate::model::source::{SourceId, SourceText, Sources};
use imagegate::model::summary::NotLookedAt;
use imagegate::parse::ParseSettings;
use imagegate::policy::settings::Policy;
use imagegate::policy::{self, PolicyFiles};

/// The name under which the policy is shown.
pub const POLICY_PATH: &str = "imagegate.yaml";

/// The time of every run, unless a test says another day.
pub const NOW: &str = "2026-11-24T12:00:00Z";

/// What is checked, and how.
pub struct Run<'t> {
    policy: Policy,
    files: Vec<(&'t str, String)>,
    namespace: Option<&'t str>,
    today: jiff::civil::Date,
    now: jiff::Timestamp,
    all_governed_checked: bool,
    places_of_images_by_rule: bool,
    evidence: Option<Gathered>,
}

/// The keys and certificates of the tests about policies, for policies that name such files.
struct TestFiles;

impl PolicyFiles for TestFiles {
    fn read(&self, path: &Path) -> Result<Vec<u8>, String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/policy");
        fs::read(folder.join(path)).map_err(|error| error.to_string())
    }

    fn variable(&self, _name: &str) -> Option<String> {
        None
    }
}

impl<'t> Run<'t> {
    /// With a policy of `version: 1` and this text behind it.
    pub fn with_policy(text: &str) -> Self {
        Self::with_policy_file(&format!("version: 1\n{text}"))
    }

    /// With a whole policy file.
    pub fn with_policy_file(text: &str) -> Self {
        let source = SourceText::new(POLICY_PATH.into(), text.into());
        let policy = policy::read(Arc::new(source), &TestFiles);
        Self::new(policy.unwrap_or_else(|errors| panic!("the policy is refused: {errors:#?}")))
    }

    /// Without a policy file.
    pub fn built_in() -> Self {
        Self::new(Policy::built_in())
    }

    fn new(policy: Policy) -> Self {
        Self {
            policy,
            files: Vec::new(),
            namespace: None,
            today: jiff::civil::date(2026, 11, 24),
            now: NOW.parse().expect("a time"),
            all_governed_checked: true,
            places_of_images_by_rule: false,
            evidence: None,
        }
    }

    pub fn file(mut self, path: &'t str, text: impl Into<String>) -> Self {
        self.files.push((path, text.into()));
        self
    }

    /// A Pod with one container, in the file `pod.yaml`.
    pub fn image(self, image: &str) -> Self {
        let pod = pod("shop", image);
        self.file("pod.yaml", pod)
    }

    /// `--namespace`.
    pub fn namespace(mut self, namespace: &'t str) -> Self {
        self.namespace = Some(namespace);
        self
    }

    pub fn today(mut self, date: &str) -> Self {
        self.today = date.parse().expect("a date");
        self
    }

    /// Files were named, not a folder.
    pub fn list_of_files(mut self) -> Self {
        self.all_governed_checked = false;
        self
    }

    /// The places of images by rules that do not judge them are wanted.
    pub fn places_of_images_by_rule(mut self) -> Self {
        self.places_of_images_by_rule = true;
        self
    }

    /// Hands the rules these answers; without them nobody answers.
    pub fn evidence(mut self, evidence: Gathered) -> Self {
        self.evidence = Some(evidence);
        self
    }

    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The texts as the extractor sees them.
    pub fn facts(&self) -> Vec<(SourceId, FileFacts)> {
        let custom_resources = self.policy.custom_resources.clone();
        let settings = ExtractSettings::new(custom_resources, ParseSettings::default());
        let mut sources = Sources::default();
        let facts = self.files.iter().map(|(path, text)| {
            let facts = file::facts((*path).into(), text.as_str().into(), &settings);
            (sources.push(facts.source.clone()), facts)
        });
        facts.collect()
    }

    /// What is found in these facts.
    pub fn judge_facts(&self, files: &[(SourceId, FileFacts)]) -> Judged {
        let needs = check::needs(files, &self.policy, self.namespace);
        let evidence = match &self.evidence {
            Some(evidence) => evidence.clone(),
            None => unanswered(&needs),
        };
        let policy = self.policy.text.as_ref();
        let judgement = check::judge(
            files,
            &Context {
                policy: &self.policy,
                policy_source: policy.map(|_| SourceId(files.len() as u32)),
                namespace: self.namespace,
                today: self.today,
                now: self.now,
                evidence: &evidence,
                all_governed_checked: self.all_governed_checked,
                places_of_images_by_rule: self.places_of_images_by_rule,
            },
        );
        Judged { judgement }
    }

    /// What is found in the files.
    pub fn judge(&self) -> Judged {
        self.judge_facts(&self.facts())
    }
}

/// A Pod `app` with one container of the same name.
pub fn pod(namespace: &str, image: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: app, namespace: {namespace}}}\nspec:\n  containers:\n    - name: app\n      image: {image}\n"
    )
}

/// The result of a run.
pub struct Judged {
    pub judgement: Judgement,
}

impl Judged {
    pub fn findings(&self) -> &[Finding] {
        &self.judgement.findings
    }

    /// The findings of one rule.
    pub fn of(&self, rule: Rule) -> Vec<&Finding> {
        let findings = self.findings().iter();
        findings.filter(|finding| finding.rule == rule).collect()
    }

    /// The only finding of a rule.
    pub fn only(&self, rule: Rule) -> &Finding {
        let found = self.of(rule);
        let [only] = found.as_slice() else {
            panic!("{} findings of {rule}: {:#?}", found.len(), self.findings());
        };
        only
    }

    /// How often something was not looked at, for this reason.
    pub fn count(&self, reason: &NotLookedAt) -> u32 {
        let mut reasons = self.judgement.summary.not_looked_at.iter();
        reasons
            .find(|(found, _)| found == reason)
            .map_or(0, |(_, count)| *count)
    }

    /// `path:line:column object image` of everything that is counted for this reason.
    pub fn places(&self, reason: NotLookedAt) -> Vec<String> {
        let caveats = self.judgement.caveats.iter();
        let of_reason = caveats.filter(|caveat| caveat.reason == reason);
        let line = of_reason.map(|caveat| {
            let at = caveat
                .position
                .map_or_else(String::new, |at| format!(":{}:{}", at.line, at.column));
            let object = caveat.object.as_deref();
            let object = object.map_or("-", |object| object.kind.as_ref());
            let image = caveat.image.as_deref().unwrap_or("-");
            format!("{}{at} {object} {image}", caveat.path)
        });
        line.collect()
    }

    /// The findings as lines, for comparison with a file that a person reads.
    pub fn lines(&self) -> String {
        self.findings()
            .iter()
            .map(|finding| self.line(finding))
            .collect()
    }

    fn line(&self, finding: &Finding) -> String {
        let at = finding.location.map_or_else(String::new, |location| {
            format!("{}:{} ", location.start.line, location.start.column)
        });
        let mut line = format!(
            "{at}{:?} {:?} [{}] {}\n",
            finding.action, finding.outcome, finding.rule, finding.message
        );
        if let Some(help) = &finding.help {
            line.push_str(&format!("    help: {help}\n"));
        }
        for note in &finding.notes {
            line.push_str(&format!("    note: {note}\n"));
        }
        if !finding.label.is_empty() {
            line.push_str(&format!("    at: {}\n", finding.label));
        }
        for also in &finding.also_at {
            line.push_str(&format!(
                "    also at: {}:{}\n",
                also.start.line, also.start.column
            ));
        }
        if let Some(decided) = &finding.decided_by {
            let position = decided.position;
            line.push_str(&format!(
                "    wanted by: {}:{}\n",
                position.line, position.column
            ));
        }
        if let Some(suppressed) = &finding.suppressed {
            line.push_str(&format!(
                "    suppressed: {:?}, {}\n",
                suppressed.by, suppressed.reason
            ));
        }
        line
    }
}

/// What is known when nobody answers.
fn unanswered(needs: &Needs) -> Gathered {
    fn silence<T>() -> Evidence<T> {
        Evidence::Unavailable("nobody answers".into())
    }
    let mut gathered = Gathered::default();
    for image in &needs.digests {
        gathered.digests.insert(image.clone(), silence());
    }
    for image in needs.signatures.keys() {
        gathered.signatures.insert(image.clone(), silence());
    }
    for (source, image) in &needs.scans {
        let answers = gathered.scans.entry(*source).or_default();
        answers.insert(image.clone(), silence());
    }
    gathered
}
