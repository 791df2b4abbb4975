//! Logs and traces. A log line is one JSON object (or text for a person) with the trace it belongs to; a trace is
//! carried by W3C headers over the bus.

use std::fmt;

use opentelemetry::{
    global,
    trace::{TraceContextExt as _, TracerProvider as _},
};
use opentelemetry_sdk::{propagation::TraceContextPropagator, trace::SdkTracerProvider};
use serde_json::{Map, Value};
use tracing::{
    Event, Span, Subscriber,
    field::{Field, Visit},
};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::{
    EnvFilter, Layer as _,
    fmt::{FmtContext, FormatEvent, FormatFields, format::Writer},
    layer::SubscriberExt as _,
    registry::LookupSpan,
    util::SubscriberInitExt as _,
};

use crate::config::{Log, LogFormat};

/// Keeps the tracer alive; dropped last.
#[derive(Debug)]
pub struct Telemetry {
    provider: SdkTracerProvider,
}

impl Telemetry {
    /// Starts logging to stderr and carrying traces, for the whole process.
    ///
    /// # Errors
    /// In words, where the level is none or logging was started before.
    pub fn start(log: &Log) -> Result<Self, String> {
        let filter: EnvFilter = log.level.parse().map_err(|e| format!("log.level: {e}"))?;
        global::set_text_map_propagator(TraceContextPropagator::new());
        let provider = SdkTracerProvider::builder().build();
        let traces = tracing_opentelemetry::layer().with_tracer(provider.tracer("sluice"));
        let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
        let lines = match log.format {
            LogFormat::Json => lines.event_format(JsonLines).boxed(),
            LogFormat::Text => lines.compact().with_target(false).boxed(),
        };
        tracing_subscriber::registry()
            .with(filter)
            .with(traces)
            .with(lines)
            .try_init()
            .map_err(|e| format!("logging was started before: {e}"))?;
        Ok(Self { provider })
    }
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        // Nothing can be done, nor said, about a tracer that does not end.
        let _ = self.provider.shutdown();
    }
}

/// `{"timestamp","level","target","message","trace_id",…fields}`
struct JsonLines;

impl<S, N> FormatEvent<S, N> for JsonLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut line = Map::new();
        let now = chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
        line.insert("timestamp".to_owned(), now.into());
        line.insert("level".to_owned(), event.metadata().level().as_str().into());
        line.insert("target".to_owned(), event.metadata().target().into());
        let context = Span::current().context();
        let span = context.span().span_context().clone();
        if span.is_valid() {
            line.insert("trace_id".to_owned(), span.trace_id().to_string().into());
        }
        event.record(&mut Fields(&mut line));
        writer.write_str(&Value::Object(line).to_string())?;
        writer.write_char('\n')
    }
}

/// Collects an event's fields with their JSON types.
struct Fields<'a>(&'a mut Map<String, Value>);

impl Visit for Fields<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}").into());
    }
}
