//! What `--dry-run` says: the question as understood, what would be solved and written.

use std::io::Write;
use std::path::Path;

use regionfront_model::quantity::grouped;
use regionfront_report::{GroupDocument, InstanceDocument, LimitDocument, ScenarioDocument};

/// Writes the question in words, the list of k, and the files of a run.
pub(super) fn write(
    instance: &InstanceDocument,
    scenario: &ScenarioDocument,
    engine: &str,
    ks: &[usize],
    files: Option<&(&Path, Vec<String>)>,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    writeln!(out, "instance: {} ({} areas)", instance.title, instance.areas.len())?;
    if !scenario.name.is_empty() {
        writeln!(out, "scenario: {}", scenario.name)?;
    }
    let rules = &scenario.rules;
    let links: Vec<&str> = rules.links.iter().map(|kind| kind.word()).collect();
    writeln!(out, "links: {}", links.join(", "))?;
    for (word, groups) in [
        ("keep together", &rules.keep_together),
        ("keep apart", &rules.keep_apart),
        ("closed", &rules.closed),
        ("fixed", &rules.fixed),
    ] {
        for group in groups {
            writeln!(out, "{word}: {}", group_text(instance, group))?;
        }
    }
    if !rules.limits_do_not_apply_to.is_empty() {
        let areas = rules.limits_do_not_apply_to.clone();
        let group = GroupDocument { name: String::new(), areas };
        let areas = group_text(instance, &group);
        writeln!(out, "limits do not apply to the region of: {areas}")?;
    }
    for (word, limit) in [
        ("population", rules.population),
        ("areas", rules.areas),
        ("jobs", rules.jobs),
        ("employed residents", rules.employed),
    ] {
        if let Some(text) = limit_text(limit) {
            writeln!(out, "{word} of a region: {text}")?;
        }
    }
    if let Some(share) = rules.min_self_containment {
        writeln!(out, "self-containment of a region: at least {share}")?;
    }
    let ks: Vec<String> = ks.iter().map(ToString::to_string).collect();
    writeln!(out, "would solve: k = {} with the {engine} engine", ks.join(", "))?;
    if let Some((folder, names)) = files {
        writeln!(out, "would write to {}: {}", folder.display(), names.join(", "))?;
    }
    Ok(())
}

fn group_text(instance: &InstanceDocument, group: &GroupDocument) -> String {
    let names: Vec<&str> = group
        .areas
        .iter()
        .map(|code| instance.areas.get(code).map_or(code.as_str(), String::as_str))
        .collect();
    match group.name.as_str() {
        "" => names.join(", "),
        name => format!("{name} ({})", names.join(", ")),
    }
}

fn limit_text(limit: LimitDocument) -> Option<String> {
    match (limit.min, limit.max) {
        (None, None) => None,
        (Some(min), None) => Some(format!("at least {}", grouped(min))),
        (None, Some(max)) => Some(format!("at most {}", grouped(max))),
        (Some(min), Some(max)) => Some(format!("{} to {}", grouped(min), grouped(max))),
    }
}
