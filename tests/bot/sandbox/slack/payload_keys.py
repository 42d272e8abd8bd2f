"""The keys that Slack may send, per kind of payload; a key outside these is an invention."""

USER = {"id", "username", "name", "team_id"}
TEAM = {"id", "domain", "enterprise_id", "enterprise_name"}
COMMAND = {
    *("token", "api_app_id", "team_id", "team_domain", "enterprise_id", "enterprise_name"),
    *("channel_id", "channel_name", "user_id", "user_name", "command", "text"),
    *("response_url", "trigger_id", "is_enterprise_install"),
}
COMMON = {
    *("type", "enterprise", "team", "user", "api_app_id", "token", "is_enterprise_install"),
}
SHORTCUT = COMMON | {"callback_id", "trigger_id", "action_ts"}
MESSAGE_ACTION = SHORTCUT | {"message_ts", "response_url", "message", "channel"}
BLOCK_ACTIONS = COMMON | {
    *("container", "trigger_id", "channel", "message", "response_url", "view", "state"),
    *("app_unfurl", "actions"),
}
SUBMISSION = COMMON | {"trigger_id", "view", "response_urls"}
CLOSED = COMMON | {"view", "is_cleared"}
SUGGESTION = COMMON | {
    *("action_id", "block_id", "value", "container", "view", "channel", "message"),
}
VIEW = {
    *("id", "team_id", "type", "title", "submit", "close", "private_metadata", "callback_id"),
    *("external_id", "state", "hash", "clear_on_close", "notify_on_close", "submit_disabled"),
    *("root_view_id", "previous_view_id", "app_id", "app_installed_team_id", "bot_id", "blocks"),
}
CONTAINER = {
    *("type", "message_ts", "attachment_id", "channel_id", "view_id", "text", "is_ephemeral"),
    *("is_app_unfurl", "app_unfurl_url", "thread_ts"),
}
ENVELOPE = {
    *("token", "enterprise_id", "team_id", "api_app_id", "type", "authed_users", "authed_teams"),
    *("authorizations", "is_ext_shared_channel", "event_id", "event_time", "event_context"),
    *("context_team_id", "context_enterprise_id", "event"),
}
AUTHORIZATION = {"enterprise_id", "team_id", "user_id", "is_bot", "is_enterprise_install"}
MESSAGE = {
    *("type", "subtype", "client_msg_id", "team", "user", "bot_id", "bot_profile", "app_id"),
    *("text", "blocks", "attachments", "metadata", "ts", "thread_ts", "parent_user_id", "edited"),
    *("username", "icons", "files", "upload", "display_as_bot", "user_team", "source_team"),
}
MESSAGE_EVENT = MESSAGE | {"channel", "event_ts", "channel_type"}
CHANGED_EVENT = {
    *("type", "subtype", "message", "previous_message", "channel", "hidden", "ts"),
    *("event_ts", "channel_type"),
}
DELETED_EVENT = (CHANGED_EVENT - {"message"}) | {"deleted_ts"}
REACTION_EVENT = {"type", "user", "item", "reaction", "item_user", "event_ts"}
HOME_EVENT = {"type", "user", "channel", "tab", "event_ts", "view"}
