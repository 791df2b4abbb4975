//! The API's description, OpenAPI 3.1, made beside its routes: a route is added together with what it takes and answers,
//! so that no route is without a description and none is described that is not there.

mod operation;
mod page;

use axum::{
    Router,
    handler::Handler,
    http::{Method, header},
    response::{Html, IntoResponse, Response},
    routing::{MethodFilter, get, on},
};
use bytes::Bytes;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

pub(crate) use self::operation::{Operation, Parameter};
use crate::{app::App, problem::Problem};

/// Where schemas of answers are; those of bodies get names of their own, since what may be left out is another thing
/// to read than to write.
const ANSWERS: &str = "/components/schemas";
const BODIES: &str = "/components/bodies";

/// Routes with their description.
pub(crate) struct Api {
    base: &'static str,
    router: Router<App>,
    paths: Map<String, Value>,
    answers: SchemaGenerator,
    bodies: SchemaGenerator,
}

impl Api {
    /// None yet; addresses are below `base`.
    pub(crate) fn new(base: &'static str) -> Self {
        let settings = |path: &'static str| {
            SchemaSettings::draft2020_12().with(|settings| {
                settings.definitions_path = path.into();
                settings.meta_schema = None;
            })
        };
        Self {
            base,
            router: Router::new(),
            paths: Map::new(),
            answers: settings(ANSWERS).for_serialize().into_generator(),
            bodies: settings(BODIES).for_deserialize().into_generator(),
        }
    }

    /// Adds what answers GET (and with it HEAD) at a path.
    pub(crate) fn get<H: Handler<T, App>, T: 'static>(
        self,
        path: &str,
        handler: H,
        describe: impl FnOnce(Operation<'_>) -> Operation<'_>,
    ) -> Self {
        self.on(Method::GET, path, handler, describe)
    }

    /// The same for POST.
    pub(crate) fn post<H: Handler<T, App>, T: 'static>(
        self,
        path: &str,
        handler: H,
        describe: impl FnOnce(Operation<'_>) -> Operation<'_>,
    ) -> Self {
        self.on(Method::POST, path, handler, describe)
    }

    /// Adds what answers a method at a path.
    pub(crate) fn on<H: Handler<T, App>, T: 'static>(
        mut self,
        method: Method,
        path: &str,
        handler: H,
        describe: impl FnOnce(Operation<'_>) -> Operation<'_>,
    ) -> Self {
        let address = format!("{}{path}", self.base);
        self = self.described(method.clone(), &address, describe);
        if let Ok(filter) = MethodFilter::try_from(method) {
            self.router = self.router.route(path, on(filter, handler));
        }
        self
    }

    /// Describes what another router answers at a whole address.
    pub(crate) fn described(
        mut self,
        method: Method,
        address: &str,
        describe: impl FnOnce(Operation<'_>) -> Operation<'_>,
    ) -> Self {
        let operation = Operation::new(&mut self.answers, &mut self.bodies, &method, address);
        let operation = describe(operation).finish();
        let path = self.paths.entry(address).or_insert_with(|| json!({}));
        path[method.as_str().to_ascii_lowercase()] = operation;
        self
    }

    /// Adds the routes of a part of the API.
    pub(crate) fn with(self, part: impl FnOnce(Self) -> Self) -> Self {
        part(self)
    }

    /// The routes, and the whole description.
    pub(crate) fn finish(mut self) -> (Router<App>, Value) {
        let mut schemas: Map<String, Value> = self.answers.take_definitions(true);
        schemas.extend(
            self.bodies.take_definitions(true).into_iter().map(|(name, schema)| (format!("{name}Body"), schema)),
        );
        let mut document = json!({
            "openapi": "3.1.0",
            "info": {
                "title": "Sluice",
                "version": env!("CARGO_PKG_VERSION"),
                "summary": "Recruiter messages, understood, scored and answered",
                "description": "Every error is an RFC 9457 problem. Lists are paged by `cursor`. Reads carry an ETag.",
                "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
            },
            "servers": [{ "url": "/" }],
            "paths": self.paths,
            "components": {
                "schemas": schemas,
                "securitySchemes": { "token": { "type": "http", "scheme": "bearer", "description": "An API token or a JWT" } },
            },
            "security": [{ "token": [] }, {}],
        });
        point_at_bodies(&mut document);
        (self.router, document)
    }
}

/// `/openapi.json`, and `/docs` for a person's eyes.
pub(crate) fn routes(description: &Value) -> Router {
    let json = Bytes::from(description.to_string());
    let page = page::render(description).map_err(|error| tracing::error!(%error, "the page of the API failed"));
    let page = Bytes::from(page.unwrap_or_default());
    Router::new()
        .route("/openapi.json", get(async move || ([(header::CONTENT_TYPE, "application/json")], json.clone())))
        .route("/docs", get(async move || -> Response { Html(page.clone()).into_response() }))
        .method_not_allowed_fallback(async || Problem::method())
}

/// Rewrites references to schemas of bodies to the names that they have in the document.
fn point_at_bodies(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Some(name) = text.strip_prefix('#').and_then(|t| t.strip_prefix(BODIES)?.strip_prefix('/')) {
                *text = format!("#{ANSWERS}/{name}Body");
            }
        }
        Value::Array(all) => all.iter_mut().for_each(point_at_bodies),
        Value::Object(all) => all.values_mut().for_each(point_at_bodies),
        _ => {}
    }
}
