//! One trace from intake to stored, by W3C headers: a consumer's span is the child of its producer's.

use async_nats::HeaderMap;
use opentelemetry::{global, trace::TraceContextExt as _};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::headers;

/// Makes `span` a child of, and links it to, the producer named in the headers. A missing or broken context leaves
/// it a root.
pub(crate) fn continue_from(span: &Span, headers: Option<&HeaderMap>) {
    let context = global::get_text_map_propagator(|p| p.extract(&headers::From(headers)));
    let producer = context.span().span_context().clone();
    if producer.is_valid() {
        span.add_link(producer);
        // Fails only where no OpenTelemetry layer is installed: then there is nothing to continue.
        let _ = span.set_parent(context);
    }
}

/// Links a batch's span to one more producer.
pub(crate) fn link(span: &Span, headers: Option<&HeaderMap>) {
    let context = global::get_text_map_propagator(|p| p.extract(&headers::From(headers)));
    let producer = context.span().span_context().clone();
    if producer.is_valid() {
        span.add_link(producer);
    }
}

/// Writes the current span's context into the headers of an event.
pub(crate) fn inject(headers: &mut HeaderMap) {
    let context = Span::current().context();
    global::get_text_map_propagator(|p| p.inject_context(&context, &mut headers::Into(headers)));
}
