//! Checks a JSON document against the JSON Schemas we publish: the keywords they use, no others.

use serde_json::{Map, Value};

/// Everything in which `document` departs from `schema`.
pub fn departures(schema: &Value, document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(schema, schema, document, "$", &mut found);
    found
}

fn check(root: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let keywords = match schema {
        Value::Object(keywords) => keywords,
        Value::Bool(true) => return,
        _ => return found.push(format!("{at} may not be there")),
    };
    if let Some(reference) = keywords.get("$ref").and_then(Value::as_str) {
        let pointer = reference.strip_prefix('#').expect("references stay within the document");
        let target = root.pointer(pointer).expect("a reference leads somewhere");
        check(root, target, value, at, found);
    }
    if let Some(types) = keywords.get("type") {
        let types: Vec<&str> = match types {
            Value::String(only) => vec![only],
            Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
            other => panic!("`type` is {other}"),
        };
        if !types.iter().any(|name| is_of_type(value, name)) {
            found.push(format!("{at} is no {types:?}: {value}"));
        }
    }
    if let Some(only) = keywords.get("const")
        && only != value
    {
        found.push(format!("{at} is not {only}: {value}"));
    }
    if let Some(words) = keywords.get("enum").and_then(Value::as_array)
        && !words.contains(value)
    {
        found.push(format!("{at} is none of {words:?}: {value}"));
    }
    for word in ["anyOf", "oneOf"] {
        if let Some(choices) = keywords.get(word).and_then(Value::as_array) {
            let fits = |choice: &&Value| {
                let mut departures = Vec::new();
                check(root, choice, value, at, &mut departures);
                departures.is_empty()
            };
            if choices.iter().filter(fits).count() == 0 {
                found.push(format!("{at} fits no choice: {value}"));
            }
        }
    }
    if let (Some(items), Some(list)) = (keywords.get("items"), value.as_array()) {
        for (index, item) in list.iter().enumerate() {
            check(root, items, item, &format!("{at}[{index}]"), found);
        }
    }
    if let Some(object) = value.as_object() {
        check_object(root, keywords, object, at, found);
    }
}

fn check_object(
    root: &Value,
    keywords: &Map<String, Value>,
    object: &Map<String, Value>,
    at: &str,
    found: &mut Vec<String>,
) {
    for key in keywords.get("required").and_then(Value::as_array).into_iter().flatten() {
        let key = key.as_str().expect("a key is a string");
        if !object.contains_key(key) {
            found.push(format!("{at}.{key} is missing"));
        }
    }
    let known = keywords.get("properties").and_then(Value::as_object);
    for (key, value) in object {
        let at = format!("{at}.{key}");
        if let Some(schema) = known.and_then(|known| known.get(key)) {
            check(root, schema, value, &at, found);
        } else if let Some(schema) = keywords.get("additionalProperties") {
            check(root, schema, value, &at, found);
        } else if known.is_some() {
            found.push(format!("{at} is not in the schema"));
        }
    }
}

fn is_of_type(value: &Value, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("unknown type {other}"),
    }
}
