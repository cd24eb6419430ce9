use connlint_catalog::nearest;

use crate::{Audience, Rule, Stability, rules};

/// Lists the rules; a test checks that every file of a rule is in here.
macro_rules! rules {
    ($($family:ident::{$($rule:ident),+ $(,)?}),+ $(,)?) => {
        /// Every rule, in the order of the codes.
        pub static RULES: &[&Rule] = &[$($(&rules::$family::$rule::RULE),+),+];
    };
}

rules![
    file::{
        unreadable_file, invalid_utf8, malformed_host, placeholder, unused_ignore, unknown_ignore,
        ignore_without_reason,
    },
    uri::{
        missing_scheme, underscore_scheme, nested_scheme, unencoded_delimiter, invalid_port,
        invalid_percent_escape, unencoded_url, dropped_fragment, repeated_query_key,
        literal_quotes, surrounding_whitespace, ambiguous_at, invalid_host, blank_connection,
        keys_beside_extra, double_encoded,
    },
    json::{
        unknown_json_key, invalid_json_port, invalid_extra, invalid_json, uri_with_fields,
        invalid_json_field, field_not_text,
    },
    conn_type::{unknown_conn_type, missing_conn_type, lost_https, version_dependent_value},
    extra::{
        unknown_extra, rejected_extra, deprecated_extra, legacy_extra_prefix, truthy_text,
        invalid_extra_value, extra_type, exclusive_extras, dangling_extra, extra_value_not_json,
        flattened_key, two_sign_ins, disabled_verification, unmasked_secret,
    },
    conn_type::{
        ignored_field, missing_setting, redis_path_database, snowflake_account_in_host,
        snowflake_database_in_path, snowflake_account_url, half_key_pair, smtp_tls_port,
        path_as_scheme, protocol_in_host, port_in_host, port_with_srv, invalid_account_id,
        sqlite_path_in_schema, spark_master_without_scheme, databricks_token_login, foreign_port,
        blank_in_host,
    },
    kwargs::{
        kwargs_not_json, kwargs_not_object, unknown_backend, unknown_kwarg, kwarg_type,
        missing_kwarg, hcp_without_namespace, conflicting_kwargs, url_without_scheme,
        broken_auth_type, deprecated_kwarg, ignored_kwarg, doubled_path, url_with_api_path,
        boolean_as_path, unusable_prefix, disabled_backend, repeated_kwarg,
        kwarg_newer_than_provider,
    },
    vault::{
        wrong_vault_key, ignored_vault_key, guessable_role_id, endless_secret_id, limited_uses,
        ttl_exceeds_max, unknown_role_parameter, placeholder_in_command, plaintext_vault,
        assume_role_argument,
    },
    env::{
        lowercase_env_name, duplicate_conn_id, divergent_value, misnamed_variable, unknown_option,
        unread_command_option, per_key_kwarg, unexportable_name, celery_result_prefix,
        database_dialect, database_url_at, invalid_fernet_key, option_type,
    },
    upgrade::{moved_option, removed_option, unknown_executor, removed_command, removed_flag},
    env::{byte_order_mark, carriage_return, invisible_character, smart_quotes},
    shell::{
        shell_unquoted_metachar, shell_brace_typo, missing_secret_flag, removed_cli,
        conn_id_is_env_name, dockerfile_unexpanded_variable,
    },
    hosts::{
        dollar_in_password, folded_blank, yaml_comment, kubernetes_number, single_percent,
        config_comment, old_env_form, shell_process_id, shell_bare_json, trailing_line_end,
        encoded_twice,
    },
    astro::{
        secret_comment_as_value, load_argument, unread_settings_file, open_deployment_variable,
        unknown_deployment_key, backend_as_mapping, backend_set_twice, blank_secret,
        reserved_variable, open_load,
    },
    files::{
        import_extension, unimportable_export, json_in_lines, uri_beside_options, refused_conn_id,
    },
    hygiene::{
        secret_in_config_map, secret_in_image, live_token, known_secret_key, tracked_secret,
        copied_secret,
    },
    project::{
        policy_misses_mount, policy_too_wide, missing_provider, vault_path_mismatch, enabled_twice,
        invalid_policy, local_host, policy_without_data, unknown_policy, mount_mismatch,
        deploy_by_flag, shadowed_definition, undefined_conn_id, misspelled_id, unused_connection,
    },
    cloud::{aws_secret_key, secret_name, parameter_name},
];

/// The rule of that name or code.
///
/// ```
/// assert_eq!(connlint_linter::rule("CL104").unwrap().name, "unencoded-delimiter");
/// ```
pub fn rule(word: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.is_called(word))
}

/// The rules that look where nobody says anything: those that are stable and for everybody.
pub fn default_rules() -> Vec<&'static Rule> {
    let looks =
        |rule: &&Rule| rule.audience == Audience::Everybody && rule.stability == Stability::Stable;
    RULES.iter().copied().filter(looks).collect()
}

/// The name or code of the rule that was probably meant by `word`.
///
/// ```
/// assert_eq!(connlint_linter::nearest_rule("unencoded-delimeter"), Some("unencoded-delimiter"));
/// assert_eq!(connlint_linter::nearest_rule("spelling"), None);
/// ```
pub fn nearest_rule(word: &str) -> Option<&'static str> {
    nearest(word, RULES.iter().flat_map(|rule| [rule.name, rule.code]))
}
