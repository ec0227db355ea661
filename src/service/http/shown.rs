//! What the page draws: instances, plans, rules and the charts of runs. All of it is reading: nothing is
//! kept, and a server that is read only answers, too.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde_json::{Map, Value};

use super::answer;
use super::instances::refusal;
use super::jobs::find;
use super::state::Service;
use crate::instances::{About, Refused};
use crate::problem::Problem;
use crate::question::processes::Process;
use crate::question::{Known, Work};
use crate::shown::{PlanAsked, RulesSaid, Shown};

/// Parameters of an address.
type Asked = BTreeMap<String, String>;

/// Most events of a job that a chart is drawn from.
const EVENTS: u64 = 100_000;

pub(super) async fn atlas(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    drawn(&service, move |service| {
        let (shown, about) = instance(service, &id)?;
        let arguments = arguments(&about, &asked)?;
        shown.atlas(&arguments, language(&asked)?).map_err(|defects| Problem::of(400, &defects))
    })
    .await
}

pub(super) async fn plan(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    drawn(&service, move |service| {
        let (shown, about) = instance(service, &id)?;
        let arguments = arguments(&about, &asked)?;
        let plan = PlanAsked {
            labels: numbers(&asked, "labels")?,
            before: (numbers(&asked, "before")?, numbers(&asked, "fills")?),
        };
        let told = shown.plan(&arguments, &plan, language(&asked)?);
        told.map_err(|defects| Problem::of(400, &defects))
    })
    .await
}

pub(super) async fn rules(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    drawn(&service, move |service| {
        let (shown, about) = instance(service, &id)?;
        // Rules have no language, and one that there is not is refused all the same.
        language(&asked)?;
        let said = match asked.get("toml") {
            Some(text) => RulesSaid::Text(text.clone()),
            None => RulesSaid::Arguments(arguments(&about, &asked)?),
        };
        shown.rules(&said).map_err(|defects| Problem::of(400, &defects))
    })
    .await
}

pub(super) async fn chart(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let job = find(&service, &id).await?;
    drawn(&service, move |service| {
        let what = "the job is about no instance that there is";
        let missing = || Problem::new(404, "E602", "job", what, "see /jobs");
        let work = service.store.work(&id)?.ok_or_else(missing)?;
        let work: Work = serde_json::from_str(&work).map_err(|_| missing())?;
        let (shown, about) = instance(service, work.instance.as_deref().unwrap_or_default())?;
        let events = service.store.events(&id, 0, EVENTS)?;
        let told: Vec<String> = events.into_iter().map(|event| event.data).collect();
        let arguments = work.arguments(&about.folder.to_string_lossy());
        let chart = shown.chart(&arguments, &told, job.status.is_end(), language(&asked)?);
        chart.map_err(|defects| Problem::of(400, &defects))
    })
    .await
}

/// Draws where there is room for it, on a thread that may take its time.
async fn drawn(
    service: &Arc<Service>,
    draw: impl FnOnce(&Service) -> Result<String, Problem> + Send + 'static,
) -> Result<Response, Problem> {
    let _room = service.checks.try_acquire().map_err(|_| {
        let what = "too many questions are being looked at";
        Problem::new(429, "E607", "server", what, "ask again in a second").retry(1)
    })?;
    let document = service.blocking(draw).await?;
    Ok(answer::bytes("application/json", document.into_bytes()))
}

fn instance(service: &Service, id: &str) -> Result<(Arc<dyn Shown>, Arc<About>), Problem> {
    let at = format!("instances/{}", id.chars().take(60).collect::<String>());
    let about = service.instances.find(id).map_err(|refused| match refused {
        Refused::Unknown(_) => {
            Problem::new(404, "E602", at, "there is no such instance", "see /instances")
        }
        refused => refusal(refused, &at),
    })?;
    let shown = service.gallery.show(&*service.doors, &about.stored.id, &about.folder);
    Ok((shown, about))
}

/// The command line that asks about the rules: the inputs of `solve`, as a question has them, or the
/// name of a scenario.
fn arguments(about: &About, asked: &Asked) -> Result<Vec<String>, Problem> {
    let mut inputs = match asked.get("rules").map(|text| serde_json::from_str(text)) {
        None => Map::new(),
        Some(Ok(Value::Object(inputs))) => inputs,
        Some(_) => {
            let what = "the rules are not one JSON object";
            return Err(Problem::new(400, "E603", "?rules", what, "send the inputs of `solve`"));
        }
    };
    if let Some(name) = asked.get("scenario") {
        inputs.insert("scenario".to_owned(), Value::String(name.clone()));
    }
    inputs.insert("instance".to_owned(), Value::String(about.stored.id.clone()));
    let known = Known {
        instance: Some(about.stored.id.clone()),
        divisions: about.divisions.clone(),
        scenarios: about.scenarios.clone(),
    };
    let solve = Process::of("solve").ok_or_else(|| Problem::no_page("solve"))?;
    let work = Work::read(solve, &inputs, &known);
    let work = work.map_err(|defects| Problem::of(400, &defects))?;
    Ok(work.arguments(&about.folder.to_string_lossy()))
}

/// The numbers of a parameter, separated by commas.
fn numbers<T: FromStr>(asked: &Asked, key: &str) -> Result<Vec<T>, Problem> {
    let text = asked.get(key).map(String::as_str).unwrap_or_default();
    let words = text.split(',').filter(|word| !word.is_empty());
    let numbers: Result<Vec<T>, _> = words.map(str::parse).collect();
    numbers.map_err(|_| {
        let what = "these are not whole numbers separated by commas";
        Problem::new(400, "E603", format!("?{key}"), what, "send a number for every area")
    })
}

fn language(asked: &Asked) -> Result<&str, Problem> {
    let language = asked.get("lang").map_or("en", String::as_str);
    if ["en", "nb"].contains(&language) {
        return Ok(language);
    }
    let what = "that language is not spoken here";
    Err(Problem::new(400, "E603", "?lang", what, "say en or nb"))
}
