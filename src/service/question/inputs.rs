//! Inputs of processes: how each is read, and how it is said on the command line.

use serde_json::{Value, json};

use regionfront_model::defect::Defect;
use regionfront_model::file_name;
use regionfront_model::quantity::duration;
use regionfront_model::reading::Encoding;
use regionfront_model::scenario::{KList, nearest};

use super::{Known, Work, place};

/// An input of a process.
#[derive(Clone, Copy, Debug)]
pub struct Input {
    /// Its key, which is an option of the command with `_` for `-`.
    pub name: &'static str,
    /// What it says.
    pub title: &'static str,
    /// How it is written.
    pub kind: Kind,
    /// Whether there is no question without it.
    pub is_required: bool,
}

/// How an input is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An instance, by name or id.
    Instance,
    /// A scenario of the instance.
    Scenario,
    /// A list of region counts.
    Counts,
    /// A whole number.
    Count,
    /// Seconds, or a time such as `5m`.
    Time,
    /// A share, such as 0.01 or `1%`.
    Share,
    /// True or false.
    Flag,
    /// A text.
    Text,
    /// Words, in a list or separated by commas.
    Words,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Groups of areas.
    Groups,
    /// Regions of divisions of the instance.
    Regions,
    /// What files are written in that are not UTF-8.
    Encoding,
    /// A division: a name, a plan of a job, or a table brought along.
    Division,
    /// Several of them, as positional arguments.
    Divisions,
    /// Several of them, as an option each.
    DivisionOptions,
    /// The id of a job.
    Job,
}

/// Work in the making.
pub(super) struct Reading<'a> {
    pub(super) work: &'a mut Work,
    pub(super) known: &'a Known,
}

/// Longest text that an input may be.
const LONGEST: usize = 4000;

/// Most divisions and groups in one input.
const MOST: usize = 1000;

impl Reading<'_> {
    /// Takes the value of an input.
    pub(super) fn take(&mut self, input: &Input, value: &Value) -> Result<(), Defect> {
        let wrong = |what: String| Defect::new("E603", place(input.name), what, cure(input));
        match input.kind {
            Kind::Instance => {}
            Kind::Flag => {
                if value.as_bool().ok_or_else(|| wrong(format!("{value} is no truth value")))? {
                    self.work.options.push(option(input.name));
                }
            }
            Kind::Division => {
                let name = self.division(input, value)?;
                self.work.names.push(name);
            }
            Kind::Divisions | Kind::DivisionOptions => {
                for value in list(value).map_err(wrong)? {
                    let name = self.division(input, value)?;
                    if input.kind == Kind::Divisions {
                        self.work.names.push(name);
                    } else {
                        self.say(input, &name);
                    }
                }
            }
            Kind::Job => {
                let id = job_id(value).map_err(wrong)?;
                self.work.needs.push(id);
            }
            Kind::Groups => {
                for group in list(value).map_err(wrong)? {
                    let text = group_text(group).map_err(wrong)?;
                    self.say(input, &text);
                }
            }
            Kind::Regions => {
                for regions in list(value).map_err(wrong)? {
                    let text = self.regions_text(regions).map_err(wrong)?;
                    self.say(input, &text);
                }
            }
            _ => {
                let text = self.text(input, value).map_err(wrong)?;
                self.say(input, &text);
            }
        }
        Ok(())
    }

    fn say(&mut self, input: &Input, text: &str) {
        self.work.options.push(format!("{}={text}", option(input.name)));
    }

    /// The one text that an input is.
    fn text(&mut self, input: &Input, value: &Value) -> Result<String, String> {
        match input.kind {
            Kind::Counts => {
                let text = match value {
                    Value::Array(_) => words(value)?,
                    value => word(value)?,
                };
                let KList(counts) = text.parse()?;
                let counts: Vec<String> = counts.iter().map(ToString::to_string).collect();
                Ok(counts.join(","))
            }
            Kind::Count => {
                let text = word(value)?;
                let digits: String =
                    text.chars().filter(|letter| !matches!(letter, '_' | ' ' | '\u{a0}')).collect();
                let number: u64 =
                    digits.parse().map_err(|_| format!("`{text}` is not a whole number"))?;
                Ok(number.to_string())
            }
            Kind::Time => {
                let time = duration(&word(value)?)?;
                if input.name == "total_time_limit" {
                    self.work.seconds = Some(time.as_secs());
                }
                Ok(time.as_secs_f64().to_string())
            }
            Kind::Scenario => {
                let text = word(value)?;
                among(&text, &self.known.scenarios, "scenario")?;
                Ok(text)
            }
            Kind::Choice(choices) => {
                let text = word(value)?;
                if choices.contains(&text.as_str()) {
                    Ok(text)
                } else {
                    Err(format!("`{text}` is none of {}", choices.join(", ")))
                }
            }
            // However it is called, it is the same question.
            Kind::Encoding => Ok(word(value)?.parse::<Encoding>()?.to_string()),
            Kind::Words => areas(value),
            _ => word(value),
        }
    }

    /// A division as the command line calls it in the folder of the job.
    fn division(&mut self, input: &Input, value: &Value) -> Result<String, Defect> {
        self.division_text(value)
            .map_err(|what| Defect::new("E603", place(input.name), what, cure(input)))
    }

    fn division_text(&mut self, value: &Value) -> Result<String, String> {
        let Value::Object(object) = value else {
            let name = word(value)?;
            among(&name, &self.known.divisions, "division")?;
            return Ok(name);
        };
        if let Some(job) = object.get("job") {
            let id = job_id(job)?;
            if !self.work.needs.contains(&id) {
                self.work.needs.push(id.clone());
            }
            return match object.get("plan") {
                None => Ok(id),
                Some(plan) => {
                    let plan = word(plan)?;
                    file_name::check(&plan)?;
                    Ok(format!("{id}#{plan}"))
                }
            };
        }
        let name = word(object.get("name").unwrap_or(&Value::Null))
            .map_err(|_| "a division brought along needs a `name`".to_owned())?;
        file_name::check(&name)?;
        if name.contains('#') || job_id(&Value::String(name.clone())).is_ok() {
            return Err(format!("a division brought along cannot be called `{name}`"));
        }
        let regions = object.get("regions").and_then(Value::as_object);
        let regions = regions.ok_or("a division brought along needs `regions`: region by area")?;
        let mut table = "code,region\n".to_owned();
        for (area, region) in regions {
            let homes = match region {
                Value::Array(homes) => homes.iter().collect(),
                home => vec![home],
            };
            for home in homes {
                table.extend([&cell(area), ",", &cell(&word(home)?), "\n"]);
            }
        }
        let file = format!("{name}.csv");
        self.work.brought.insert(file.clone(), table);
        Ok(file)
    }

    fn regions_text(&self, value: &Value) -> Result<String, String> {
        let (division, regions) = match value {
            Value::Object(object) => (
                word(object.get("division").unwrap_or(&Value::Null))?,
                object.get("regions").filter(|regions| !regions.is_null()),
            ),
            value => (word(value)?, None),
        };
        among(&division, &self.known.divisions, "division")?;
        Ok(match regions {
            None => division,
            Some(regions) => format!("{division}={}", areas(regions)?),
        })
    }
}

/// The option of an input.
fn option(name: &str) -> String {
    format!("--{}", name.replace('_', "-"))
}

fn cure(input: &Input) -> String {
    format!("{}; see the processes of the service", input.title)
}

/// A name that the instance has.
fn among(name: &str, known: &[String], what: &str) -> Result<(), String> {
    if known.iter().any(|known| known == name) {
        return Ok(());
    }
    let hint = match nearest(name, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "it has none".to_owned(),
        None => format!("it has {}", known.join(", ")),
    };
    Err(format!("the instance has no {what} `{name}`: {hint}"))
}

/// A text or a number as a word.
fn word(value: &Value) -> Result<String, String> {
    match value {
        Value::String(text) if text.len() > LONGEST => {
            Err(format!("a text of {} bytes is too long", text.len()))
        }
        Value::String(text) if text.chars().any(char::is_control) => {
            Err("a text holds control characters".to_owned())
        }
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err("neither a text nor a number".to_owned()),
    }
}

/// Words of a list, or of a text as it is.
fn words(value: &Value) -> Result<String, String> {
    match value {
        Value::Array(words) if words.len() <= MOST => {
            Ok(words.iter().map(word).collect::<Result<Vec<_>, _>>()?.join(","))
        }
        Value::Array(_) => Err(format!("more than {MOST} words")),
        value => word(value),
    }
}

fn list(value: &Value) -> Result<Vec<&Value>, String> {
    match value {
        Value::Array(values) if values.len() <= MOST => Ok(values.iter().collect()),
        Value::Array(_) => Err(format!("more than {MOST} entries")),
        value => Ok(vec![value]),
    }
}

/// Areas of a list, none of which the command line would part.
fn areas(value: &Value) -> Result<String, String> {
    if let Value::Array(names) = value {
        for name in names {
            if word(name)?.contains(',') {
                return Err(format!("the name {name} holds a comma: say its code"));
            }
        }
    }
    words(value)
}

fn group_text(group: &Value) -> Result<String, String> {
    match group {
        Value::Object(object) => {
            let areas = areas(object.get("areas").unwrap_or(&Value::Null))?;
            match object.get("name").filter(|name| !name.is_null()) {
                None => Ok(areas),
                Some(name) => {
                    let name = word(name)?;
                    if name.contains('=') {
                        return Err(format!("the name `{name}` of a group holds `=`"));
                    }
                    Ok(if name.is_empty() { areas } else { format!("{name}={areas}") })
                }
            }
        }
        group => areas(group),
    }
}

/// The id of a job.
fn job_id(value: &Value) -> Result<String, String> {
    let id = word(value)?;
    let is_id = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_id { Ok(id) } else { Err(format!("`{id}` is not the id of a job")) }
}

/// A cell of a table.
fn cell(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

impl Kind {
    /// The JSON Schema of values.
    pub fn schema(self) -> Value {
        let words = json!({"type": ["string", "array"], "items": {"type": ["string", "number"]}});
        match self {
            Self::Instance | Self::Scenario | Self::Text | Self::Encoding => {
                json!({"type": "string", "maxLength": LONGEST})
            }
            Self::Counts => json!({
                "type": ["integer", "string", "array"], "minimum": 1,
                "items": {"type": "integer", "minimum": 1},
                "examples": [9, "6..13", "6,8,9,12..13"],
            }),
            Self::Count => json!({"type": ["integer", "string"], "minimum": 0}),
            Self::Time => {
                json!({"type": ["number", "string"], "minimum": 0, "examples": [60, "5m"]})
            }
            Self::Share => {
                json!({"type": ["number", "string"], "minimum": 0, "examples": [0.01, "1%"]})
            }
            Self::Flag => json!({"type": "boolean"}),
            Self::Words => words,
            Self::Choice(choices) => json!({"type": "string", "enum": choices}),
            Self::Groups => json!({
                "type": ["array", "string"], "maxItems": MOST,
                "items": {"anyOf": [words, {
                    "type": "object", "required": ["areas"],
                    "properties": {"name": {"type": "string"}, "areas": words},
                }]},
            }),
            Self::Regions => json!({
                "type": ["array", "string"], "maxItems": MOST,
                "items": {"anyOf": [{"type": "string"}, {
                    "type": "object", "required": ["division"],
                    "properties": {"division": {"type": "string"}, "regions": words},
                }]},
            }),
            Self::Division => division_schema(),
            Self::Divisions | Self::DivisionOptions => {
                json!({"type": "array", "maxItems": MOST, "items": division_schema()})
            }
            Self::Job => json!({"type": "string", "pattern": "^[0-9a-f]{32}$"}),
        }
    }
}

fn division_schema() -> Value {
    json!({"anyOf": [
        {"type": "string", "description": "a division of the instance"},
        {
            "type": "object", "required": ["job"],
            "description": "a plan of a job, or all of its plans",
            "properties": {"job": Kind::Job.schema(), "plan": {"type": "string"}},
        },
        {
            "type": "object", "required": ["name", "regions"],
            "description": "a division brought along: region by area code",
            "properties": {
                "name": {"type": "string"},
                "regions": {
                    "type": "object",
                    "additionalProperties": {"type": ["string", "number", "array"]},
                },
            },
        },
    ]})
}
