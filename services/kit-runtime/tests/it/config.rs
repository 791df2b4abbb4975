//! Layers, and a table of bad configurations: each is refused with the key's name and a remedy.

use figment::{
    Figment,
    providers::{Format as _, Toml},
};
use kit_runtime::{Config, config::with_environment};
use secrecy::ExposeSecret as _;

fn load(toml: &str) -> Result<Config, String> {
    let figment = Figment::from(Toml::string(kit_runtime::config::DEFAULTS)).merge(Toml::string(toml));
    Config::from_figment(figment).map_err(|e| e.to_string())
}

#[test]
fn the_defaults_are_valid_and_a_file_overrides_them() {
    assert_eq!(load("").unwrap().gateway.listen, "127.0.0.1:8080");
    assert_eq!(load("[gateway]\nlisten = \"127.0.0.1:9\"").unwrap().gateway.listen, "127.0.0.1:9");
}

#[test]
fn a_bad_configuration_is_refused_with_the_name_of_the_key() {
    for (toml, says) in [
        ("[gateway]\nlisten = \"here\"", "gateway.listen: `here` is no address"),
        ("[gateway]\nlissten = \"127.0.0.1:1\"", "gateway.lissten: unknown key; did you mean `listen`?"),
        ("[gatway]\nlisten = \"127.0.0.1:1\"", "gatway: unknown key; did you mean `gateway`?"),
        ("[gateway]\naccount = \"a.b\"", "gateway.account: `a.b` is no account name"),
        ("[nats]\nprefix = \"A.B\"", "nats.prefix: `A.B` is no subject prefix"),
        ("[nats]\nreplicas = 2", "nats.replicas: 2; must be 1, 3 or 5"),
        ("[nats]\npassword = \"x\"", "nats.user: missing beside nats.password"),
        ("[nats]\npassword_file = \"/no/such\"", "nats.password_file: /no/such: No such file"),
        ("[database]\nurl = \"mysql://u:secret@h/d\"", "database.url: must begin with postgres:// or sqlite://"),
        ("[database]\nmax_connections = 0", "database.max_connections: 0; must be 1 to 1000"),
        ("[database]\nmax_connections = \"many\"", "database.max_connections: must be"),
        ("[llm]\nprovider = \"gpt\"\nmodel = \"x\"", "llm.provider: `gpt` is none of: ollama, openai, anthropic"),
        ("[llm]\nprovider = \"ollama\"", "llm.model: missing; name the model"),
        ("[llm]\nmodel = \"qwen2.5:7b\"", "llm.provider: missing beside llm.model"),
        ("[llm]\ntimeout_seconds = 0", "llm.timeout_seconds: 0; must be 1 to 100"),
        ("[llm]\ntimeout_seconds = 101", "llm.timeout_seconds: 101; must be 1 to 100"),
        ("[llm]\ncontext = 10", "llm.context: 10; must be 1024 to 1048576 tokens"),
        ("[llm]\nconcurrency = 0", "llm.concurrency: 0; must be 1 to 256"),
        ("[llm]\nallow_remot = true", "llm.allow_remot: unknown key; did you mean `allow_remote`?"),
        ("[llm]\napi_key_file = \"/no/such\"", "llm.api_key_file: /no/such: No such file"),
        ("[llm]\nprice = [0.1]", "llm.price: must be two amounts"),
        ("[llm]\nmonthly_budget = -1", "llm.monthly_budget: -1; must be 0 (no limit) to 1000000 dollars"),
        ("[llm.analyzer]\nprovider = \"gpt\"\nmodel = \"x\"", "llm.analyzer.provider: `gpt` is none of"),
        ("[llm.responder]\nprovider = \"openai\"", "llm.responder.model: missing"),
        ("[llm.responder]\nmodel = \"x\"", "llm.responder.provider: missing beside llm.responder.model"),
        ("[llm.analyzer]\nurl = \"http://127.0.0.1:1\"", "llm.analyzer.provider: missing beside llm.analyzer.url"),
        ("[cache]\nurl = \"memcached://:secret@h\"", "cache.url: must begin with redis:// or rediss://"),
        ("[cache]\nurl_file = \"/no/such\"", "cache.url_file: /no/such: No such file"),
        ("[cache]\nanalysis_ttl_seconds = 604801", "cache.analysis_ttl_seconds: 604801; must be at most 604800"),
        ("[log]\nlevel = \"bus=loud\"", "log.level: `bus=loud`"),
        ("[log]\nformat = \"xml\"", "log.format"),
        ("[auth]\njwt_key = \"short secret\"", "auth.jwt_key: must have 32 bytes or more"),
        ("[auth]\nsession_hours = 0", "auth.session_hours: 0; must be 1 to 720"),
        ("[auth]\njwt_key = \"0123456789abcdef0123456789abcdef\"", "auth.audience: missing beside auth.jwt_key"),
        ("[limits]\ntrusted_proxies = [\"here\"]", "limits.trusted_proxies: `here` is no address"),
        ("[webhook]\nsecrets = [\"short secret\"]", "webhook.secrets: must each be"),
        ("[webhook]\nsecrets_file = \"/no/such\"", "webhook.secrets_file: /no/such: No such file"),
        ("[run]\ndrain_seconds = 0", "run.drain_seconds: 0; must be 1 to 600"),
    ] {
        let error = load(toml).expect_err(toml);
        assert!(error.contains(says), "{toml}\n  says {error}\n  not  {says}");
        assert!(!["short secret", "secret@"].iter().any(|value| error.contains(value)), "{error}");
    }
}

#[test]
fn a_stage_may_have_a_model_of_its_own_or_none() {
    let config = load(
        "[llm]\nprovider = \"ollama\"\nmodel = \"small:1b\"\nurl = \"http://127.0.0.1:1\"\nprice = [1, 2]\n\
         [llm.responder]\nmodel = \"large:7b\"",
    )
    .unwrap();
    let of = |config: &Config| {
        let llm = &config.llm;
        [&llm.analyzer, &llm.responder].map(|stage| {
            let llm = llm.of(stage);
            (llm.provider, llm.model, llm.url, llm.price)
        })
    };
    let [analyzer, responder] = of(&config);
    let here = "http://127.0.0.1:1";
    assert_eq!(analyzer, ("ollama".to_owned(), "small:1b".to_owned(), here.to_owned(), vec![1.0, 2.0]));
    assert_eq!(responder, ("ollama".to_owned(), "large:7b".to_owned(), here.to_owned(), vec![]), "another price");

    let config = load(
        "[llm]\nprovider = \"ollama\"\nmodel = \"small:1b\"\napi_key = \"x\"\n[llm.analyzer]\nprovider = \"none\"\n\
         [llm.responder]\nprovider = \"openai\"\nmodel = \"big\"\nurl = \"http://127.0.0.1:2\"",
    )
    .unwrap();
    let [analyzer, responder] = of(&config);
    assert_eq!(analyzer.0, "", "no model");
    assert_eq!((responder.0.as_str(), responder.2.as_str()), ("openai", "http://127.0.0.1:2"));
    let key = config.llm.of(&config.llm.responder).api_key;
    assert_eq!(key.expose_secret(), "", "a key goes to the server that it is for");
}

#[test]
fn secrets_are_read_from_files() {
    let folder = tempfile::tempdir().unwrap();
    let (key, url) = (folder.path().join("key"), folder.path().join("url"));
    std::fs::write(&key, "sk-test\n").unwrap();
    std::fs::write(&url, "redis://:word@127.0.0.1/0\n").unwrap();
    let config = load(&format!("[llm]\napi_key_file = {key:?}\n[cache]\nurl_file = {url:?}")).unwrap();
    assert_eq!(config.llm.api_key.expose_secret(), "sk-test");
    assert_eq!(config.cache.url.expose_secret(), "redis://:word@127.0.0.1/0");
}

#[test]
fn every_fault_is_named_at_once() {
    let error = load("[run]\ndrain_seconds = 0\n[nats]\nreplicas = 4").unwrap_err();
    assert_eq!(error.lines().count(), 2, "{error}");
}

#[test]
fn secrets_do_not_show_in_debug_output() {
    let config =
        load("[nats]\nuser = \"u\"\npassword = \"hunter2\"\n[database]\nurl = \"postgres://u:hunter2@h/d\"\n[llm]\napi_key = \"hunter2\"\n[cache]\nurl = \"redis://:hunter2@h\"").unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
    assert!(!format!("{:?}", config.bus("x")).contains("hunter2"));
}

#[test]
fn a_variable_is_taken_as_what_its_setting_is() {
    let load = |variables: &[(&str, &str)]| {
        let variables = variables.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        let defaults = Figment::from(Toml::string(kit_runtime::config::DEFAULTS));
        Config::from_figment(with_environment(defaults, variables)).map_err(|e| e.to_string())
    };
    let config = load(&[
        ("nats.user", "true"),
        ("nats.password", "007"),
        ("nats.server", "/opt/1.5"),
        ("database.max_connections", "7"),
        ("gateway.allowed_hosts", "[\"sluice.lan\"]"),
    ]);
    let config = config.unwrap();
    assert_eq!((config.nats.user.as_str(), config.nats.password.expose_secret()), ("true", "007"));
    assert_eq!((config.database.max_connections, config.gateway.allowed_hosts), (7, vec!["sluice.lan".to_owned()]));
    let error = load(&[("run.drain_second", "3")]).unwrap_err();
    assert!(error.contains("run.drain_second: unknown key (environment); did you mean `drain_seconds`?"), "{error}");
}
