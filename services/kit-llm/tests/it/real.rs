//! A real model, Qwen2.5-Coder 0.5B, behind the Ollama API of e2e/ollama. What is asserted is what holds for every
//! model: form, proof, limits. Its taste is not.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use contract::opportunities_analyzed::v1::Part;
use kit_llm::{
    Config, Llm, LlmError, Metrics, Request, Turn,
    extract::{Extract, ExtractIn},
    prove,
};
use prometheus_client::registry::Registry;

const MODEL: &str = "qwen2.5-coder:0.5b";

/// A running server; it ends with this process, as its standard input does.
struct Server {
    url: String,
    child: Child,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where `./dev test` installs the model; `None` where it could not, which it says itself.
fn installed() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    let folder = root.join(".tools/ollama");
    folder.join("models/qwen2.5-coder/0.5b.gguf").is_file().then_some(folder)
}

fn start(folder: &Path) -> Server {
    let serve = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../e2e/ollama/serve.py");
    let mut child = Command::new(folder.join("venv/bin/python"))
        .arg(serve)
        .arg("--models")
        .arg(folder.join("models"))
        .args(["--port", "0", "--threads", "2", "--with-parent"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("listening on ").unwrap_or_else(|| panic!("the server said {line:?}"));
    Server { url: format!("http://{address}"), child }
}

#[tokio::test]
async fn a_real_model_reads_messages_within_the_form_and_with_proof() {
    let Some(folder) = installed() else {
        eprintln!("SKIPPED: no model in .tools/ollama. `./dev test` installs it; see its message why it could not.");
        return;
    };
    let server = start(&folder);
    let mut registry = Registry::default();
    let config = Config { url: server.url.clone(), timeout: Duration::from_secs(80), ..Config::ollama(MODEL) };
    let llm = Llm::new(config.clone(), &Metrics::register(&mut registry)).unwrap();
    llm.probe().await.unwrap();

    let absent = Llm::unmeasured(Config { model: "absent:1b".to_owned(), ..config.clone() }).unwrap();
    assert_eq!(absent.probe().await.unwrap_err().class(), "model_missing");
    let small = Request { turns: vec![Turn::user("Hi")], max_tokens: 8, ..Request::default() };
    assert_eq!(absent.complete(small).await.unwrap_err().class(), "model_missing");

    let message = "Hola Ana:\n\nEn Faro Digital buscamos una ingeniera backend senior con Python y Kafka, en remoto \
                   desde España, 55.000 € brutos al año. ¿Hablamos esta semana?\n\nRubén";
    let input = ExtractIn { message: message.to_owned(), ..ExtractIn::default() };
    let answered = Extract::current().unwrap().run(&llm, &input).await.unwrap();
    assert_eq!(answered.version, 2);
    assert!(answered.prompt_tokens > 500 && answered.answer_tokens > 50, "{answered:?}");

    let proven = prove(&answered.value, message, None);
    let facts = &proven.facts;
    assert!(
        facts.company.is_some() || facts.role.is_some() || !facts.tech_stack.is_empty(),
        "nothing read: {proven:?}"
    );
    for evidence in facts.tech_stack.iter().map(|technology| technology.evidence) {
        assert_eq!(evidence.part, Part::Text);
        assert!(message.get(evidence.start..evidence.end).is_some_and(|quote| !quote.is_empty()));
    }
    if let Some(salary) = &facts.salary {
        assert!(
            [salary.value.min, salary.value.max].into_iter().flatten().all(|amount| amount == 55_000),
            "{salary:?}"
        );
    }

    // A context too small for the prompt is an error, never a silently shorter prompt.
    let narrow = Llm::unmeasured(Config { context: 1024, ..config }).unwrap();
    let (request, _) = Extract::current().unwrap().request(&input).unwrap();
    let refused = narrow.complete(Request { max_tokens: 16, ..request }).await.unwrap_err();
    assert!(matches!(refused, LlmError::Truncated(_) | LlmError::Refused { status: 400, .. }), "{refused:?}");
}
