//! The dependency rule (docs/design.md, section 2) and the licences of everything we stand on, over `cargo metadata`.
//! Licences and bans are read from deny.toml, so that there is one list.

use std::{collections::BTreeSet, fs, process::Command, sync::LazyLock};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use spdx::{Expression, LicenseReq, ParseMode};
use toml::{Table, Value};

/// The workspace and everything below it for this machine's platform.
static METADATA: LazyLock<Metadata> = LazyLock::new(|| {
    let rustc = Command::new("rustc").arg("-vV").output().unwrap();
    let version = String::from_utf8(rustc.stdout).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    MetadataCommand::new().other_options(["--filter-platform".to_owned(), host.to_owned()]).exec().unwrap()
});

fn toml_file(relative: &str) -> Table {
    let path = METADATA.workspace_root.join(relative);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}")).parse().unwrap()
}

fn members() -> Vec<&'static Package> {
    METADATA.workspace_packages()
}

/// What a member of ours is, which says what of ours it may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layer {
    Contract,
    Bus,
    Migrations,
    Kit,
    Service,
    Whole,
}

fn layer(package: &Package) -> Layer {
    match package.name.as_str() {
        "contract" => Layer::Contract,
        "bus" => Layer::Bus,
        "migrations" => Layer::Migrations,
        "sluice" | "e2e" => Layer::Whole,
        kit if kit.starts_with("kit-") => Layer::Kit,
        _ => Layer::Service,
    }
}

fn may_name(from: Layer, to: Layer) -> bool {
    match from {
        Layer::Contract | Layer::Migrations => false,
        Layer::Bus => to == Layer::Contract,
        Layer::Kit => matches!(to, Layer::Contract | Layer::Bus | Layer::Migrations | Layer::Kit),
        Layer::Service => matches!(to, Layer::Contract | Layer::Bus | Layer::Kit),
        Layer::Whole => true,
    }
}

#[test]
fn dependencies_point_inwards_and_no_service_names_another() {
    for package in members() {
        for dependency in &package.dependencies {
            let Some(ours) = members().into_iter().find(|member| *member.name == dependency.name) else { continue };
            // A crate may test itself through its own testing feature.
            let itself = ours.name == package.name && dependency.kind == DependencyKind::Development;
            assert!(
                itself || may_name(layer(package), layer(ours)),
                "{} must not depend on {}: contract ← bus ← kits ← services ← sluice",
                package.name,
                ours.name
            );
        }
    }
}

#[test]
fn only_the_store_names_the_migrations() {
    for package in members().into_iter().filter(|package| layer(package) == Layer::Kit && *package.name != "kit-store")
    {
        assert!(package.dependencies.iter().all(|dependency| dependency.name != "migrations"), "{}", package.name);
    }
}

#[test]
fn the_binary_names_every_service() {
    let sluice = members().into_iter().find(|package| *package.name == "sluice").unwrap();
    let named: BTreeSet<_> = sluice.dependencies.iter().map(|dependency| dependency.name.as_str()).collect();
    for service in members().into_iter().filter(|package| layer(package) == Layer::Service) {
        assert!(named.contains(service.name.as_str()), "sluice does not run {}", service.name);
    }
}

#[test]
fn only_its_wrapper_names_a_wrapped_crate() {
    let deny = toml_file("deny.toml");
    let bans = deny["bans"]["deny"].as_array().unwrap();
    assert!(!bans.is_empty());
    for ban in bans {
        let name = ban["crate"].as_str().unwrap();
        let wrappers: BTreeSet<_> = ban["wrappers"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        for package in METADATA.packages.iter().filter(|package| !wrappers.contains(package.name.as_str())) {
            let named = package.dependencies.iter().any(|dependency| dependency.name == name);
            // Of a foreign package an optional dependency may lie idle: what the graph resolved counts.
            let used = named && (METADATA.workspace_members.contains(&package.id) || resolved(package, name));
            assert!(!used, "{} must not depend on {name}: only {wrappers:?} may", package.name);
        }
    }
}

fn resolved(package: &Package, name: &str) -> bool {
    let node = METADATA.resolve.as_ref().unwrap().nodes.iter().find(|node| node.id == package.id);
    node.is_some_and(|node| node.dependencies.iter().any(|id| *METADATA[id].name == name))
}

#[test]
fn licences_of_the_whole_tree_are_allowed() {
    let deny = toml_file("deny.toml");
    let allowed = requirements(&deny["licenses"]["allow"]);
    let exceptions = deny["licenses"]["exceptions"].as_array().unwrap();
    let clarified = deny["licenses"]["clarify"].as_array().unwrap();
    for package in &METADATA.packages {
        let clarified = clarified.iter().find(|entry| entry["crate"].as_str() == Some(package.name.as_str()));
        let stated = package.license.as_deref().or_else(|| clarified?["expression"].as_str());
        let Some(licence) = stated else { panic!("{} {} states no licence", package.name, package.version) };
        let expression = Expression::parse_mode(licence, ParseMode::LAX)
            .unwrap_or_else(|error| panic!("{}: `{licence}`: {error}", package.name));
        let exception = exceptions.iter().find(|exception| exception["crate"].as_str() == Some(package.name.as_str()));
        let excepted = exception.map(|exception| requirements(&exception["allow"])).unwrap_or_default();
        assert!(
            expression.evaluate(|wanted| allowed.contains(wanted) || excepted.contains(wanted)),
            "{} {} is under `{licence}`, which deny.toml does not allow",
            package.name,
            package.version
        );
    }
}

fn requirements(licences: &Value) -> Vec<LicenseReq> {
    let parse = |licence: &str| Expression::parse(licence).unwrap().requirements().next().unwrap().req.clone();
    licences.as_array().unwrap().iter().filter_map(Value::as_str).map(parse).collect()
}

#[test]
fn every_package_comes_from_the_public_index_or_is_ours() {
    for package in &METADATA.packages {
        let ours = METADATA.workspace_members.contains(&package.id);
        let public = package.source.as_ref().is_some_and(cargo_metadata::Source::is_crates_io);
        assert!(ours || public, "{} comes from {:?}", package.name, package.source);
    }
}

#[test]
fn versions_stand_pinned_in_the_workspace_and_nowhere_else() {
    let root = toml_file("Cargo.toml");
    for (name, dependency) in root["workspace"]["dependencies"].as_table().unwrap() {
        if dependency.get("path").is_some() {
            continue;
        }
        let version = dependency.as_str().or_else(|| dependency.get("version")?.as_str()).unwrap_or_default();
        assert!(version.starts_with('='), "Cargo.toml: pin {name} with `=`, not `{version}`");
    }
    for package in members() {
        let manifest = toml_file(package.manifest_path.strip_prefix(&METADATA.workspace_root).unwrap().as_str());
        for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for (name, dependency) in manifest.get(table).and_then(Value::as_table).into_iter().flatten() {
                let inherited = dependency.get("workspace").and_then(Value::as_bool) == Some(true);
                let itself = dependency.get("path").and_then(Value::as_str) == Some(".");
                assert!(inherited || itself, "{}: {name} must say `workspace = true`", package.manifest_path);
            }
        }
    }
}

#[test]
fn every_member_takes_the_lints_and_the_licence_of_the_workspace() {
    for package in members() {
        let manifest = toml_file(package.manifest_path.strip_prefix(&METADATA.workspace_root).unwrap().as_str());
        assert_eq!(manifest["lints"]["workspace"].as_bool(), Some(true), "{}", package.manifest_path);
        assert_eq!(package.license.as_deref(), Some("Apache-2.0"), "{}", package.manifest_path);
        assert_eq!(package.publish.as_deref(), Some(&[][..]), "{} is not for a registry", package.manifest_path);
    }
}
