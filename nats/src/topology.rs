//! The server's streams, consumers and buckets, from the contract's tables and from nothing else: created, updated,
//! or compared.

use std::{collections::BTreeMap, time::Duration};

use async_nats::jetstream::{
    consumer::{AckPolicy, DeliverPolicy, pull},
    context::{ConsumerInfoErrorKind, GetStreamErrorKind},
    kv,
    stream::{Compression, Config, DiscardPolicy, RetentionPolicy, StorageType},
};
use contract::topology::{
    BUCKETS, ConsumerSpec, DUPLICATE_WINDOW, RETRY_SCHEDULE, Retention, STAGES, STREAMS, StageSpec, StreamSpec,
};

use crate::{connect::Bus, error::BusError};

/// Subjects of the advisories kept, between `$JS.EVENT.ADVISORY.CONSUMER.` and the stream's name.
const ADVISORY_KINDS: [&str; 2] = ["MAX_DELIVERIES", "MSG_TERMINATED"];

/// The server delivers no more often: two more than the loop's own attempts. What comes so far ended its process every
/// time, or was sent back by one that ended, and is buried without being worked on: nobody would see it again.
#[expect(clippy::cast_possible_truncation, reason = "a schedule is a few delays")]
pub(crate) const LAST_DELIVERY: u32 = RETRY_SCHEDULE.len() as u32 + 3;

/// Largest backlog that a consumer may have delivered and not yet acknowledged, over all copies of a stage.
const MOST_UNACKNOWLEDGED: i64 = 4096;

/// How the tables are put onto a server.
#[derive(Clone, Copy, Debug)]
pub struct TopologyOptions {
    /// Copies of each stream: 1, or 3 in a cluster.
    pub replicas: usize,
    /// Upper bound for each stream's size in bytes; the tables' own where `None`.
    pub max_bytes: Option<i64>,
}

impl Default for TopologyOptions {
    fn default() -> Self {
        Self { replicas: 1, max_bytes: None }
    }
}

/// One difference between the tables and the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which object: `stream EVENTS`, `consumer EVENTS/analyzer`, `bucket PROFILES`.
    pub what: String,
    /// What differs, as `field: server → tables`; `missing` or `not in the tables`.
    pub detail: String,
}

impl Bus {
    /// Creates what is missing and updates what differs. Says what it changed.
    ///
    /// # Errors
    /// [`BusError::Request`], for instance where the server forbids a change of storage or replicas.
    pub async fn apply_topology(&self, options: TopologyOptions) -> Result<Vec<Difference>, BusError> {
        let differences = self.diff_topology(options).await?;
        for spec in STREAMS {
            let config = self.stream_config(spec, options);
            let what = format!("stream {}", config.name);
            match differences.iter().find(|d| d.what == what) {
                Some(d) if d.detail == MISSING => {
                    self.jetstream.create_stream(config).await.map_err(|e| BusError::request("create a stream")(&e))?;
                }
                Some(_) => {
                    self.jetstream.update_stream(config).await.map_err(|e| BusError::request("update a stream")(&e))?;
                }
                None => {}
            }
        }
        for stage in STAGES {
            for spec in stage.consumers {
                let (config, stream) = self.consumer_config(stage, spec);
                if differences.iter().any(|d| d.what == format!("consumer {stream}/{}", spec_name(&config))) {
                    self.jetstream
                        .create_consumer_on_stream(config, &stream)
                        .await
                        .map_err(|e| BusError::request("create or update a consumer")(&e))?;
                }
            }
        }
        for (bucket, description, history) in BUCKETS {
            let name = self.prefix.name(bucket);
            if differences.iter().any(|d| d.what == format!("bucket {name}")) {
                let config = kv::Config {
                    bucket: name,
                    description: (*description).to_owned(),
                    history: *history,
                    storage: StorageType::File,
                    num_replicas: options.replicas,
                    ..Default::default()
                };
                self.jetstream
                    .create_or_update_key_value(config)
                    .await
                    .map_err(|e| BusError::request("create a bucket")(&e))?;
            }
        }
        Ok(differences)
    }

    /// Compares the server with the tables. Consumers on our streams that no row names are listed, never deleted.
    ///
    /// # Errors
    /// [`BusError::Request`].
    pub async fn diff_topology(&self, options: TopologyOptions) -> Result<Vec<Difference>, BusError> {
        let mut differences = Vec::new();
        let mut unknown = Vec::new();
        for spec in STREAMS {
            let want = self.stream_config(spec, options);
            let what = format!("stream {}", want.name);
            let stream = match self.stream(spec.name).await {
                Ok(stream) => stream,
                Err(BusError::Missing { .. }) => {
                    differences.push(Difference { what, detail: MISSING.to_owned() });
                    differences.extend(
                        STAGES
                            .iter()
                            .flat_map(|s| s.consumers.iter().map(move |c| (s, c)))
                            .filter(|(_, c)| c.stream == spec.name)
                            .map(|(stage, c)| {
                                let (config, stream) = self.consumer_config(stage, c);
                                Difference {
                                    what: format!("consumer {stream}/{}", spec_name(&config)),
                                    detail: MISSING.to_owned(),
                                }
                            }),
                    );
                    continue;
                }
                Err(error) => return Err(error),
            };
            let detail = changed(&stream_fields(&stream.cached_info().config), &stream_fields(&want));
            if !detail.is_empty() {
                differences.push(Difference { what, detail });
            }
            let mut names = self.consumer_names(&stream).await;
            for stage in STAGES {
                for consumer in stage.consumers.iter().filter(|c| c.stream == spec.name) {
                    let (want, stream_name) = self.consumer_config(stage, consumer);
                    names.retain(|name| name != spec_name(&want));
                    if let Some(difference) = self.diff_consumer(&stream, &stream_name, &want).await? {
                        differences.push(difference);
                    }
                }
            }
            unknown.extend(names.into_iter().map(|name| Difference {
                what: format!("consumer {}/{name}", want.name),
                detail: "not in the tables".to_owned(),
            }));
        }
        for (bucket, _, _) in BUCKETS {
            let name = self.prefix.name(bucket);
            // A bucket is a stream of this name.
            match self.jetstream.get_stream(format!("KV_{name}")).await {
                Ok(_) => {}
                Err(error) if matches!(error.kind(), GetStreamErrorKind::JetStream(_)) => {
                    differences.push(Difference { what: format!("bucket {name}"), detail: MISSING.to_owned() });
                }
                Err(error) => return Err(BusError::request("look up a bucket")(&error)),
            }
        }
        differences.retain(|d| !d.detail.is_empty());
        differences.extend(unknown.into_iter().filter(|d| !d.what.contains("/oc_")));
        Ok(differences)
    }

    /// Refuses a stage whose consumers are missing or differ from the tables.
    ///
    /// # Errors
    /// [`BusError::Missing`], [`BusError::Drift`].
    pub async fn verify_stage(&self, stage: &'static StageSpec) -> Result<(), BusError> {
        for spec in stage.consumers {
            let stream = self.stream(spec.stream).await?;
            let (want, stream_name) = self.consumer_config(stage, spec);
            match self.diff_consumer(&stream, &stream_name, &want).await? {
                None => {}
                Some(d) if d.detail == MISSING => return Err(BusError::Missing { what: d.what }),
                Some(d) => {
                    return Err(BusError::Drift { what: d.what, detail: d.detail });
                }
            }
        }
        Ok(())
    }

    async fn diff_consumer(
        &self,
        stream: &async_nats::jetstream::stream::Stream,
        stream_name: &str,
        want: &pull::Config,
    ) -> Result<Option<Difference>, BusError> {
        let what = format!("consumer {stream_name}/{}", spec_name(want));
        let detail = match stream.consumer_info(spec_name(want)).await {
            Ok(info) => changed(&consumer_fields_of(&info.config), &consumer_fields(want)),
            Err(error) if error.kind() == ConsumerInfoErrorKind::NotFound => MISSING.to_owned(),
            Err(error) => return Err(BusError::request("look up a consumer")(&error)),
        };
        Ok((!detail.is_empty()).then_some(Difference { what, detail }))
    }

    fn stream_config(&self, spec: &StreamSpec, options: TopologyOptions) -> Config {
        let subjects = match spec.patterns {
            Some(patterns) => patterns.iter().map(|pattern| self.prefix.filter(pattern)).collect(),
            None => ADVISORY_KINDS
                .iter()
                .flat_map(|kind| {
                    STREAMS.iter().filter(|s| s.patterns.is_some()).map(move |stream| {
                        format!("$JS.EVENT.ADVISORY.CONSUMER.{kind}.{}.>", self.prefix.name(stream.name))
                    })
                })
                .collect(),
        };
        Config {
            name: self.prefix.name(spec.name),
            description: Some(spec.description.to_owned()),
            subjects,
            retention: match spec.retention {
                Retention::Limits => RetentionPolicy::Limits,
                Retention::WorkQueue => RetentionPolicy::WorkQueue,
            },
            max_age: spec.max_age,
            max_bytes: options.max_bytes.map_or(spec.max_bytes, |bytes| bytes.min(spec.max_bytes)),
            max_messages: -1,
            max_messages_per_subject: -1,
            max_consumers: -1,
            max_message_size: -1,
            discard: DiscardPolicy::New,
            storage: StorageType::File,
            compression: Some(Compression::S2),
            duplicate_window: DUPLICATE_WINDOW,
            num_replicas: options.replicas,
            allow_direct: true,
            ..Default::default()
        }
    }

    fn consumer_config(&self, stage: &StageSpec, spec: &ConsumerSpec) -> (pull::Config, String) {
        let name = self.prefix.name(spec.name);
        let config = pull::Config {
            durable_name: Some(name.clone()),
            name: Some(name),
            description: Some(stage.description.to_owned()),
            deliver_policy: DeliverPolicy::All,
            ack_policy: AckPolicy::Explicit,
            ack_wait: stage.ack_wait,
            max_deliver: i64::from(LAST_DELIVERY),
            filter_subjects: spec.patterns.iter().map(|pattern| self.prefix.filter(pattern)).collect(),
            max_ack_pending: MOST_UNACKNOWLEDGED,
            metadata: [("stage".to_owned(), stage.name.to_owned())].into(),
            ..Default::default()
        };
        (config, self.prefix.name(spec.stream))
    }

    /// The names of a stage's consumer and stream on this server.
    pub(crate) fn consumer_place(&self, spec: &ConsumerSpec) -> (String, String) {
        (self.prefix.name(spec.name), self.prefix.name(spec.stream))
    }
}

const MISSING: &str = "missing";

fn spec_name(config: &pull::Config) -> &str {
    config.durable_name.as_deref().unwrap_or_default()
}

type Fields = BTreeMap<&'static str, String>;

fn stream_fields(config: &Config) -> Fields {
    let mut subjects = config.subjects.clone();
    subjects.sort();
    [
        ("subjects", subjects.join(" ")),
        ("retention", format!("{:?}", config.retention)),
        ("max_age", seconds(config.max_age)),
        ("max_bytes", config.max_bytes.to_string()),
        ("discard", format!("{:?}", config.discard)),
        ("storage", format!("{:?}", config.storage)),
        ("compression", format!("{:?}", config.compression)),
        ("duplicate_window", seconds(config.duplicate_window)),
        ("replicas", config.num_replicas.to_string()),
    ]
    .into()
}

fn consumer_fields(config: &pull::Config) -> Fields {
    fields(config.ack_wait, config.max_deliver, &config.filter_subject, &config.filter_subjects, config.max_ack_pending)
}

fn consumer_fields_of(config: &async_nats::jetstream::consumer::Config) -> Fields {
    fields(config.ack_wait, config.max_deliver, &config.filter_subject, &config.filter_subjects, config.max_ack_pending)
}

fn fields(ack_wait: Duration, max_deliver: i64, one: &str, several: &[String], most: i64) -> Fields {
    // The server may fold a list of one into the single filter.
    let mut filters: Vec<&str> = several.iter().map(String::as_str).chain([one]).filter(|f| !f.is_empty()).collect();
    filters.sort_unstable();
    [
        ("ack_wait", seconds(ack_wait)),
        ("max_deliver", max_deliver.to_string()),
        ("filter_subjects", filters.join(" ")),
        ("max_ack_pending", most.to_string()),
    ]
    .into()
}

fn seconds(duration: Duration) -> String {
    format!("{} s", duration.as_secs_f64())
}

fn changed(have: &Fields, want: &Fields) -> String {
    let differing = want.iter().filter_map(|(field, want)| {
        let have = have.get(field).map_or("", String::as_str);
        (have != want).then(|| format!("{field}: {have} → {want}"))
    });
    differing.collect::<Vec<_>>().join("; ")
}
