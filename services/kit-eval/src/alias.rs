//! Other names of the same technology, after folding. For comparing only: what a page shows is the gazetteer's name.

/// The name that a folded technology counts under, where it has another. A full stop after it is not part of a name
/// in this table.
pub(crate) fn canonical(folded: &str) -> Option<&'static str> {
    let find = |name: &str| ALIASES.binary_search_by_key(&name, |(alias, _)| alias).ok().map(|at| ALIASES[at].1);
    find(folded).or_else(|| find(folded.trim_end_matches('.')))
}

/// Alias and name, sorted by alias.
const ALIASES: &[(&str, &str)] = &[
    ("ad", "activedirectory"), ("adf", "azuredatafactory"), ("adls", "azuredatalake"), ("amazonaurora", "aurora"),
    ("amazondynamodb", "dynamodb"), ("amazonglue", "awsglue"), ("amazonlambda", "awslambda"),
    ("amazonwebservices", "aws"), ("angular2", "angular"), ("angularjs", "angular"), ("apacheairflow", "airflow"),
    ("apachehadoop", "hadoop"), ("apachehive", "hive"), ("apachehttpserver", "apache"), ("apachekafka", "kafka"),
    ("apachesolr", "solr"), ("apachespark", "spark"), ("aspnet", ".net"), ("athena", "amazonathena"),
    ("auroradb", "aurora"), ("awsathena", "amazonathena"), ("awsaurora", "aurora"), ("awsbedrock", "amazonbedrock"),
    ("awscloud", "aws"), ("awsdynamodb", "dynamodb"), ("awsemr", "amazonemr"), ("awsrds", "amazonrds"),
    ("awss3", "amazons3"), ("awssagemaker", "amazonsagemaker"), ("azurecloud", "azure"),
    ("azuredatalakestorage", "azuredatalake"), ("azuresynapseanalytics", "azuresynapse"), ("bashscripting", "bash"),
    ("bedrock", "amazonbedrock"), ("c#net", "c#"), ("c++17", "c++"), ("c++20", "c++"), ("cpp", "c++"),
    ("csharp", "c#"), ("css3", "css"), ("datacloud", "salesforcedatacloud"), ("datafactory", "azuredatafactory"),
    ("dotnet", ".net"), ("dynamo", "dynamodb"), ("eks", "amazoneks"), ("elastic", "elasticsearch"),
    ("elasticstack", "elasticsearch"), ("emr", "amazonemr"), ("es6", "javascript"), ("ethers", "ethersjs"),
    ("expressjs", "express"), ("fastapipython", "fastapi"), ("gcp", "googlecloud"), ("gitlabci", "gitlab"),
    ("glue", "awsglue"), ("gnulinux", "linux"), ("golang", "go"), ("googlecloudplatform", "googlecloud"),
    ("html5", "html"), ("iam", "awsiam"), ("j2ee", "javaee"), ("jakartaee", "javaee"), ("js", "javascript"),
    ("k8s", "kubernetes"), ("lambda", "awslambda"), ("loyaltycloud", "salesforceloyaltycloud"),
    ("m365", "microsoft365"), ("microsoftazure", "azure"), ("microsoftgraphapi", "microsoftgraph"),
    ("microsoftsqlserver", "sqlserver"), ("mongo", "mongodb"), ("msazure", "azure"), ("msgraph", "microsoftgraph"),
    ("msoffice", "microsoftoffice"), ("mssql", "sqlserver"), ("mssqlserver", "sqlserver"), ("nestjs", "nest"),
    ("net", ".net"), ("netcore", ".net"), ("nextjs", "next"), ("nodejs", "node"), ("office", "microsoftoffice"),
    ("office365", "microsoft365"), ("outlookaddin", "outlookaddins"), ("postgres", "postgresql"),
    ("postgresaurora", "aurora"), ("powerbi", "powerbi"), ("psql", "postgresql"), ("py", "python"),
    ("python3", "python"), ("qliksense", "qliksense"), ("qlikview", "qlik"), ("rails", "rubyonrails"),
    ("rds", "amazonrds"), ("reactjs", "react"), ("reactnativedev", "reactnative"), ("redhatlinux", "redhat"),
    ("rhel", "redhat"), ("ror", "rubyonrails"), ("ros2", "ros"), ("s3", "amazons3"), ("s4hana", "saps4hana"),
    ("sagemaker", "amazonsagemaker"), ("scss", "sass"), ("sequelizejs", "sequelize"),
    ("serverlessjs", "serverlessframework"), ("shellscript", "shell"), ("shellscripting", "shell"),
    ("sonar", "sonarqube"), ("springboot", "springboot"), ("springframework", "spring"), ("swiftlang", "swift"),
    ("synapse", "azuresynapse"), ("tailwind", "tailwindcss"), ("timescale", "timescaledb"), ("ts", "typescript"),
    ("unixshellscripting", "shell"), ("virtv2v", "virtv2v"), ("vue3", "vue"), ("vuejs", "vue"),
    ("wasm", "webassembly"), ("web3", "web3js"), ("weboutlookaddin", "outlookaddins"),
    ("windowsad", "activedirectory"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_are_sorted_and_each_stands_once() {
        assert!(ALIASES.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn a_name_without_an_alias_has_none() {
        assert_eq!(canonical("golang"), Some("go"));
        assert_eq!(canonical("powerbi."), Some("powerbi"));
        assert_eq!(canonical("sluice"), None);
    }
}
