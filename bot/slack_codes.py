"""Slack's words for what went wrong, by what follows from them."""

#: The person took longer than a trigger lives.
TRIGGER_GONE = frozenset(
    {
        "exchanged_trigger_id",
        "expired_trigger_id",
        "invalid_trigger_id",
        "trigger_exchanged",
        "trigger_expired",
    }
)
#: Slack has said no for good: the same call can never succeed.
PERMANENT = TRIGGER_GONE | frozenset(
    {
        "block_mismatch",
        "cannot_dm_bot",
        "cannot_reply_to_message",
        "cant_update_message",
        "channel_not_found",
        "channel_type_not_supported",
        "edit_window_closed",
        "invalid_arguments",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_metadata_format",
        "is_archived",
        "is_inactive",
        "message_not_found",
        "messages_tab_disabled",
        "metadata_too_large",
        "missing_scope",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
        "not_in_channel",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_locked",
        "restricted_action_thread_only_channel",
        "thread_not_found",
        "user_disabled",
        "user_is_restricted",
        "user_not_found",
        "user_not_in_channel",
        "user_not_visible",
    }
)
#: No call can succeed until an administrator mends the installation.
UNINSTALLED = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "not_authed",
        "token_expired",
        "token_revoked",
    }
)
LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
#: Slack's own troubles, which pass.
PASSING = frozenset(
    {
        "fatal_error",
        "internal_error",
        "no_json",
        "org_login_required",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
    }
)
