//! A first `profile.yaml` from a few answers, for its person to correct: the three that are needed, and whatever else
//! is known already.

use std::fmt::Write as _;

use contract::{RemotePolicy, Seniority};

use super::{Profile, ProfileFaults};

/// What is known of a person who has no profile yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Starter {
    /// What they work with.
    pub technologies: Vec<String>,
    /// Skills that may be no technologies: noted beside them.
    pub other_skills: Vec<String>,
    /// Least pay, gross a year.
    pub minimum: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// Where they work.
    pub accepted: Vec<RemotePolicy>,
    /// Name.
    pub name: Option<String>,
    /// One line on what they do.
    pub headline: Option<String>,
    /// ISO 639 codes.
    pub languages: Vec<String>,
    /// Level.
    pub seniority: Option<Seniority>,
    /// Years in the profession.
    pub years: Option<u8>,
    /// Places.
    pub locations: Vec<String>,
}

impl Starter {
    /// The commented file, and the profile that it is.
    ///
    /// # Errors
    /// Every fault of the answers, as those of any profile.
    pub fn write(&self) -> Result<(String, Profile), ProfileFaults> {
        let yaml = self.yaml();
        let profile = Profile::parse(&yaml)?;
        Ok((yaml, profile))
    }

    /// The commented file, whether it is a valid profile or not.
    pub fn yaml(&self) -> String {
        let mut yaml = HEAD.to_owned();
        let optional = [
            ("name", self.name.as_deref().map(scalar), "Your Name", "signs replies"),
            ("headline", self.headline.as_deref().map(scalar), "Senior backend engineer", "what you do, in a line"),
            ("languages", list(&self.languages), "[en]", "ISO 639 codes, best first"),
            ("seniority", self.seniority.map(|level| level.to_string()), "senior", SENIORITIES),
            ("years", self.years.map(|years| years.to_string()), "8", "in the profession"),
        ];
        for (key, value, example, note) in optional {
            entry(&mut yaml, key, value, example, note);
        }
        yaml.push_str(STACK);
        self.technologies.iter().for_each(|name| put(&mut yaml, format_args!("  - {}", scalar(name))));
        if !self.other_skills.is_empty() {
            yaml.push_str("# Not known as technologies; move up what is one:\n");
            self.other_skills.iter().for_each(|name| put(&mut yaml, format_args!("#   - {}", scalar(name))));
        }
        yaml.push_str(PAY);
        put(&mut yaml, format_args!("salary: {{ minimum: {}, currency: {} }}", self.minimum, scalar(&self.currency)));
        put(
            &mut yaml,
            format_args!(
                "# salary: {{ minimum: {0}, ideal: {1}, currency: {2} }}",
                self.minimum,
                self.minimum + self.minimum / 4,
                self.currency
            ),
        );
        yaml.push_str(PLACE);
        let accepted: Vec<&str> = self.accepted.iter().map(|policy| policy.as_str()).collect();
        put(&mut yaml, format_args!("remote_policy: {{ accepted: [{}] }}", accepted.join(", ")));
        entry(&mut yaml, "locations", list(&self.locations), "[Madrid]", "where you work on site or live");
        yaml.push_str(REST);
        yaml
    }
}

const SENIORITIES: &str = "intern junior mid senior staff principal lead manager director executive";
const HEAD: &str = "\
# What messages are judged by and replies are written from. Correct what is not right, and take the # away from what you
# want. Only technologies, salary and remote_policy are required; `sluice profile example` explains every key.

";
const STACK: &str = "
# What you work with: 40 of the 100 points. `- { name: Kubernetes, level: basic }` for what you have only touched.
technologies:
";
const PAY: &str = "
# Gross a year. Below the minimum a job is out; full points from the ideal on, a quarter above the minimum if not given.
";
const PLACE: &str = "
# remote hybrid onsite; anything else is out. `max_office_days: 2` limits the days of a hybrid week.
";
const REST: &str = "# relocation: true
# employment_types: [full_time, contract]   # full_time part_time contract internship; left out, all are accepted

# Words that put a job out wherever the message says them, and companies that are out or get full points.
# reject_if: [crypto, gambling]
# blocked_companies: [Example Staffing]
# favourite_companies: [Cloudflare]

# What replies may tell: never, on_request, always.
# disclosure: { salary: on_request, notice: on_request, phone: never, email: never, cv: never }
# notice_period_days: 30
# search_status: passive                    # active passive selective not_looking
";

fn put(yaml: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a String does not fail.
    let _ = writeln!(yaml, "{line}");
}

/// A key with its value, or as a comment to fill in.
fn entry(yaml: &mut String, key: &str, value: Option<String>, example: &str, note: &str) {
    match value {
        Some(value) => put(yaml, format_args!("{:<38} # {note}", format!("{key}: {value}"))),
        None => put(yaml, format_args!("{:<38} # {note}", format!("# {key}: {example}"))),
    }
}

fn list(items: &[String]) -> Option<String> {
    (!items.is_empty()).then(|| format!("[{}]", items.iter().map(|item| scalar(item)).collect::<Vec<_>>().join(", ")))
}

/// A text as YAML: as it is where that is plain in any place, else in quotes.
fn scalar(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = text.starts_with(char::is_alphabetic)
        && text.chars().all(|c| c.is_alphanumeric() || " .+-_/()&".contains(c))
        && matches!(serde_yaml_ng::from_str(&text), Ok(serde_yaml_ng::Value::String(read)) if read == text);
    if plain { text } else { format!("'{}'", text.replace('\'', "''")) }
}

/// A yearly figure as people write it: `60000`, `60.000`, `60,000`, `60 000`, `60k`, `$85.5k`. A currency beside it is
/// read by [`currency`].
pub fn amount(text: &str) -> Option<i64> {
    let digits: String = text.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | 'k' | 'K')).collect();
    let (number, thousands) = match digits.strip_suffix(['k', 'K']) {
        Some(number) => (number, true),
        None => (digits.as_str(), false),
    };
    if number.is_empty() || number.contains(['k', 'K']) || text.contains('-') {
        return None;
    }
    let groups: Vec<&str> = number.split(['.', ',']).collect();
    let whole = |text: &str| text.parse::<i64>().ok();
    match (groups.as_slice(), thousands) {
        ([whole_part], false) => whole(whole_part),
        ([whole_part], true) => whole(whole_part)?.checked_mul(1_000),
        ([whole_part, part], true) if part.len() <= 3 => whole(&format!("{whole_part}{part:0<3}")),
        (groups, false) if groups.iter().skip(1).all(|group| group.len() == 3) => whole(&groups.concat()),
        _ => None,
    }
}

/// The currency that a text names, by code or sign.
pub fn currency(text: &str) -> Option<String> {
    let code = text.split(|c: char| !c.is_ascii_alphabetic()).find(|word| word.len() == 3);
    let sign = || {
        let signs =
            [("€", "EUR"), ("£", "GBP"), ("US$", "USD"), ("R$", "BRL"), ("$", "USD"), ("¥", "JPY"), ("₹", "INR")];
        signs.into_iter().find(|(sign, _)| text.contains(sign)).map(|(_, code)| code.to_owned())
    };
    code.map(str::to_uppercase).or_else(sign)
}

/// Names of a list as people write it: commas, semicolons or lines between them, each once.
pub fn names(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in text.split([',', ';', '\n']).map(str::trim).filter(|name| !name.is_empty()) {
        if !names.iter().any(|known| crate::same_technology(known, name)) {
            names.push(name.to_owned());
        }
    }
    names
}
