/*
** endpoint.c - the rows of the endpoint table and of its schemas.
**
** Names, types, enums, required and nullable fields, and the server's defaults
** for absent fields are those of ThoughtSpot's published contract (REST API
** v2.0, August 2026). In addition, identifiers must not be empty, and secrets
** are marked.
*/

#include <string.h>

#include "contract/endpoint.h"
#include "contract/field.h"

static const char *const visibilities[] = {"SHARABLE", "NON_SHARABLE", NULL};

static const char *const account_types[] = {
    "LOCAL_USER", "LDAP_USER", "SAML_USER", "OIDC_USER", "REMOTE_USER", NULL};

static const char *const account_statuses[] = {
    "ACTIVE", "INACTIVE", "EXPIRED", "LOCKED", "PENDING", "SUSPENDED", NULL};

static const char *const metadata_types[] = {"LIVEBOARD",
                                             "ANSWER",
                                             "LOGICAL_TABLE",
                                             "LOGICAL_COLUMN",
                                             "CONNECTION",
                                             "TAG",
                                             "USER",
                                             "USER_GROUP",
                                             "LOGICAL_RELATIONSHIP",
                                             NULL};

static const char *const parent_types[] = {"USER", "GROUP", NULL};

static const char *const privileges[] = {"ADMINISTRATION",
                                         "AUTHORING",
                                         "USERDATAUPLOADING",
                                         "DATADOWNLOADING",
                                         "USERMANAGEMENT",
                                         "DATAMANAGEMENT",
                                         "SHAREWITHALL",
                                         "JOBSCHEDULING",
                                         "A3ANALYSIS",
                                         "EXPERIMENTALFEATUREPRIVILEGE",
                                         "BYPASSRLS",
                                         "RANALYSIS",
                                         "DEVELOPER",
                                         "USER_ADMINISTRATION",
                                         "GROUP_ADMINISTRATION",
                                         "SYNCMANAGEMENT",
                                         "CAN_CREATE_CATALOG",
                                         "DISABLE_PINBOARD_CREATION",
                                         "LIVEBOARD_VERIFIER",
                                         "PREVIEW_THOUGHTSPOT_SAGE",
                                         "APPLICATION_ADMINISTRATION",
                                         "SYSTEM_INFO_ADMINISTRATION",
                                         "ORG_ADMINISTRATION",
                                         "ROLE_ADMINISTRATION",
                                         "AUTHENTICATION_ADMINISTRATION",
                                         "BILLING_INFO_ADMINISTRATION",
                                         "CAN_MANAGE_CUSTOM_CALENDAR",
                                         "CAN_CREATE_OR_EDIT_CONNECTIONS",
                                         "CAN_MANAGE_WORKSHEET_VIEWS_TABLES",
                                         "CAN_MANAGE_VERSION_CONTROL",
                                         "THIRDPARTY_ANALYSIS",
                                         "ALLOW_NON_EMBED_FULL_APP_ACCESS",
                                         "CAN_ACCESS_ANALYST_STUDIO",
                                         "CAN_MANAGE_ANALYST_STUDIO",
                                         "PREVIEW_DOCUMENT_SEARCH",
                                         "CAN_MODIFY_FOLDERS",
                                         "CAN_MANAGE_VARIABLES",
                                         "CAN_VIEW_FOLDERS",
                                         "CAN_MANAGE_AGENTSPOT",
                                         "CAN_ACCESS_AGENTSPOT",
                                         "CAN_SETUP_VERSION_CONTROL",
                                         "CAN_MANAGE_WEBHOOKS",
                                         "CAN_DOWNLOAD_VISUALS",
                                         "CAN_DOWNLOAD_DETAILED_DATA",
                                         "CAN_USE_SPOTTER",
                                         "CAN_MANAGE_SPOTTER",
                                         NULL};

static const char *const favorite_types[] = {"LIVEBOARD", "ANSWER", NULL};

static const char *const sort_fields[] = {"NAME",    "DISPLAY_NAME", "AUTHOR",
                                          "CREATED", "MODIFIED",     NULL};

static const char *const orders[] = {"ASC", "DESC", NULL};

static const char *const locales[] = {
    "en-CA", "en-GB", "en-US", "de-DE",   "ja-JP", "zh-CN", "pt-BR",
    "fr-FR", "fr-CA", "es-US", "da-DK",   "es-ES", "fi-FI", "sv-SE",
    "nb-NO", "pt-PT", "nl-NL", "it-IT",   "ru-RU", "en-IN", "de-CH",
    "en-NZ", "es-MX", "en-AU", "zh-Hant", "ko-KR", "en-DE", NULL};

static const char *const operations[] = {"ADD", "REMOVE", "REPLACE", NULL};

static const char *const table_types[] = {"LOGICAL_TABLE", NULL};

static const char *const operators[] = {
    "EQ",        "NE",     "LT",         "LE",         "GT",
    "GE",        "IN",     "BW",         "CONTAINS",   "BEGINS_WITH",
    "ENDS_WITH", "BW_INC", "BW_INC_MIN", "BW_INC_MAX", "LIKE",
    "NOT_IN",    NULL};

/* Fields that several schemas share. */
#define USER_IDENTIFIER(flags)                                                \
  FIELD("user_identifier", TS_STRING, TS_REQUIRED | TS_NONEMPTY | (flags),    \
        "user (name or GUID)")
#define DISPLAY_NAME(flags)                                                   \
  FIELD("display_name", TS_STRING, flags, "name shown in the user interface")
#define EMAIL(flags) FIELD("email", TS_STRING, flags, "e-mail address")
#define VISIBILITY(flags)                                                     \
  ENUM("visibility", flags, visibilities,                                     \
       "whether others find the user when sharing")
#define ACCOUNT_TYPE(flags)                                                   \
  ENUM("account_type", flags, account_types, "how the user signs in")
#define ACCOUNT_STATUS(flags)                                                 \
  ENUM("account_status", flags, account_statuses,                             \
       "whether the user may sign in")
#define NOTIFY_ON_SHARE(default_text)                                         \
  FIELD_OR("notify_on_share", TS_BOOLEAN, TS_NULLABLE, default_text,          \
           "send an e-mail when something is shared with the user")
#define SHOW_ONBOARDING(default_text)                                         \
  FIELD_OR("show_onboarding_experience", TS_BOOLEAN, TS_NULLABLE,             \
           default_text, "offer the introduction to the user")
#define ONBOARDING_COMPLETED(default_text)                                    \
  FIELD_OR("onboarding_experience_completed", TS_BOOLEAN, TS_NULLABLE,        \
           default_text, "the user has completed the introduction")
#define FAVORITE_METADATA(flags)                                              \
  OBJECT("favorite_metadata", flags, &favorite,                               \
         "favourite Liveboards and Answers")
#define PREFERRED_LOCALE(flags)                                               \
  ENUM("preferred_locale", flags, locales,                                    \
       "language and region of the user interface")
#define USE_BROWSER_LANGUAGE                                                  \
  FIELD("use_browser_language", TS_BOOLEAN, TS_NULLABLE,                      \
        "follow the browser's language, which overrides preferred_locale")
#define EXTENDED_PROPERTIES(flags)                                            \
  FIELD("extended_properties", TS_JSON, flags,                                \
        "free-form properties of the user")
#define EXTENDED_PREFERENCES(flags)                                           \
  FIELD("extended_preferences", TS_JSON, flags,                               \
        "free-form preferences of the user")
#define NEW_PASSWORD                                                          \
  FIELD("new_password", TS_STRING, TS_REQUIRED | TS_SECRET | TS_NO_LINE_END,  \
        "new password of the user")
#define PARAMETER_OBJECTS                                                     \
  OBJECT("objects", TS_NULLABLE | TS_LIST, &parameter_object,                 \
         "tables to which it applies")
#define PERSIST                                                               \
  FIELD_OR("persist", TS_BOOLEAN, TS_NULLABLE, "false",                       \
           "keep it beyond the session")
#define CREATION_TIME                                                         \
  FIELD("creation_time_in_millis", TS_NUMBER, TS_REQUIRED,                    \
        "time of creation, milliseconds since the epoch")
#define EXPIRATION_TIME                                                       \
  FIELD("expiration_time_in_millis", TS_NUMBER, TS_REQUIRED,                  \
        "time of expiry, milliseconds since the epoch")
#define VALID_FOR_USER_ID                                                     \
  FIELD("valid_for_user_id", TS_STRING, TS_REQUIRED,                          \
        "GUID of the user of the token")
#define VALID_FOR_USERNAME                                                    \
  FIELD("valid_for_username", TS_STRING, TS_REQUIRED,                         \
        "name of the user of the token")

static const ts_field org_fields[] = {
    FIELD("id", TS_INTEGER, TS_REQUIRED, "number of the org"),
    FIELD("name", TS_STRING, TS_REQUIRED, "name of the org"), END};
static const ts_schema org = {"Org", org_fields};

static const ts_field favorite_item_fields[] = {
    FIELD("id", TS_STRING, TS_REQUIRED, "GUID"),
    FIELD("name", TS_STRING, TS_REQUIRED, "name"),
    ENUM("type", TS_REQUIRED, metadata_types, "kind of object"), END};
static const ts_schema favorite_item = {"FavoriteItem", favorite_item_fields};

static const ts_field named_object_fields[] = {
    FIELD("id", TS_STRING, TS_NULLABLE, "GUID"),
    FIELD("name", TS_STRING, TS_NULLABLE, "name"), END};
static const ts_schema named_object = {"NamedObject", named_object_fields};

static const ts_field user_fields[] = {
    FIELD("id", TS_STRING, TS_REQUIRED, "GUID"),
    FIELD("name", TS_STRING, TS_REQUIRED, "login name, unique in the cluster"),
    DISPLAY_NAME(TS_REQUIRED),
    VISIBILITY(TS_REQUIRED),
    FIELD("author_id", TS_STRING, TS_NULLABLE, "GUID of the creator"),
    FIELD("can_change_password", TS_BOOLEAN, TS_NULLABLE,
          "the user may change the password"),
    FIELD("complete_detail", TS_BOOLEAN, TS_NULLABLE, "nothing was left out"),
    FIELD("creation_time_in_millis", TS_NUMBER, TS_NULLABLE,
          "time of creation, milliseconds since the epoch"),
    OBJECT("current_org", TS_NULLABLE, &org, "org of the token"),
    FIELD("deleted", TS_BOOLEAN, TS_NULLABLE, "the user is deleted"),
    FIELD("deprecated", TS_BOOLEAN, TS_NULLABLE, "the user is deprecated"),
    ACCOUNT_TYPE(TS_NULLABLE),
    ACCOUNT_STATUS(TS_NULLABLE),
    EMAIL(TS_NULLABLE),
    FIELD("expiration_time_in_millis", TS_NUMBER, TS_NULLABLE,
          "time of expiry, milliseconds since the epoch"),
    FIELD("external", TS_BOOLEAN, TS_NULLABLE,
          "managed outside of the cluster"),
    OBJECT("favorite_metadata", TS_NULLABLE | TS_LIST, &favorite_item,
           "favourite Liveboards and Answers"),
    FIELD("first_login_time_in_millis", TS_NUMBER, TS_NULLABLE,
          "time of the first login, milliseconds since the epoch"),
    FIELD("group_mask", TS_INTEGER, TS_NULLABLE, "bit mask of groups"),
    FIELD("hidden", TS_BOOLEAN, TS_NULLABLE, "hidden from lists"),
    OBJECT("home_liveboard", TS_NULLABLE, &named_object,
           "Liveboard of the home page"),
    FIELD("incomplete_details", TS_JSON, TS_NULLABLE,
          "which details were left out"),
    FIELD("is_first_login", TS_BOOLEAN, TS_NULLABLE,
          "the user has not logged in before"),
    FIELD("modification_time_in_millis", TS_NUMBER, TS_NULLABLE,
          "time of the last change, milliseconds since the epoch"),
    FIELD("modifier_id", TS_STRING, TS_NULLABLE,
          "GUID of who made the last change"),
    NOTIFY_ON_SHARE(NULL),
    ONBOARDING_COMPLETED(NULL),
    OBJECT("orgs", TS_NULLABLE | TS_LIST, &org, "orgs of the user"),
    FIELD("owner_id", TS_STRING, TS_NULLABLE, "GUID of the owner"),
    ENUM("parent_type", TS_NULLABLE, parent_types, "kind of parent"),
    FIELD("privileges", TS_STRING, TS_NULLABLE | TS_LIST,
          "privileges of the user"),
    SHOW_ONBOARDING(NULL),
    FIELD("super_user", TS_BOOLEAN, TS_NULLABLE, "has every right"),
    FIELD("system_user", TS_BOOLEAN, TS_NULLABLE, "belongs to the system"),
    OBJECT("tags", TS_NULLABLE | TS_LIST, &named_object, "tags"),
    FIELD("tenant_id", TS_STRING, TS_NULLABLE, "GUID of the tenant"),
    OBJECT("user_groups", TS_NULLABLE | TS_LIST, &named_object,
           "groups of the user"),
    OBJECT("user_inherited_groups", TS_NULLABLE | TS_LIST, &named_object,
           "groups by inheritance"),
    FIELD("welcome_email_sent", TS_BOOLEAN, TS_NULLABLE,
          "the welcome mail was sent"),
    FIELD("org_privileges", TS_JSON, TS_NULLABLE, "privileges by org"),
    FIELD("preferred_locale", TS_STRING, TS_NULLABLE,
          "language and region of the user interface"),
    USE_BROWSER_LANGUAGE,
    EXTENDED_PROPERTIES(TS_NULLABLE),
    EXTENDED_PREFERENCES(TS_NULLABLE),
    FIELD("user_parameters", TS_JSON, TS_NULLABLE,
          "parameters of the session"),
    FIELD("access_control_properties", TS_JSON, TS_NULLABLE,
          "access control of the session"),
    FIELD("variable_values", TS_JSON, TS_NULLABLE,
          "values of formula variables by org"),
    END};
static const ts_schema user = {"User", user_fields};

static const ts_field favorite_fields[] = {
    FIELD("identifier", TS_STRING, TS_NULLABLE, "name or GUID"),
    ENUM("type", TS_NULLABLE, favorite_types,
         "kind of object, required if identifier is a name"),
    END};
static const ts_schema favorite = {"Favorite", favorite_fields};

static const ts_field sort_options_fields[] = {
    ENUM("field_name", TS_NULLABLE, sort_fields, "column to sort by"),
    ENUM("order", TS_NULLABLE, orders, "direction"), END};
static const ts_schema sort_options = {"SortOptions", sort_options_fields};

static const ts_field search_users_fields[] = {
    FIELD("user_identifier", TS_STRING, TS_NONEMPTY,
          "user (name or GUID), exactly"),
    FIELD("display_name", TS_STRING, 0, "display name, exactly"),
    FIELD("name_pattern", TS_STRING, 0,
          "pattern for the whole name; % matches any characters"),
    VISIBILITY(0),
    EMAIL(0),
    FIELD("group_identifiers", TS_STRING, TS_LIST,
          "groups (names or GUIDs), any of them"),
    ENUM("privileges", TS_LIST, privileges, "privileges, any of them"),
    ACCOUNT_TYPE(0),
    ACCOUNT_STATUS(0),
    NOTIFY_ON_SHARE(NULL),
    SHOW_ONBOARDING(NULL),
    ONBOARDING_COMPLETED(NULL),
    FIELD("org_identifiers", TS_STRING, TS_LIST,
          "orgs (names or ids), any of them"),
    FIELD("home_liveboard_identifier", TS_STRING, 0,
          "Liveboard shown on the home page (name or GUID)"),
    FAVORITE_METADATA(TS_LIST),
    FIELD_OR("record_offset", TS_INTEGER, 0, "0", "rows to skip"),
    FIELD_OR("record_size", TS_INTEGER, 0, "10", "rows to return, -1 for all"),
    OBJECT("sort_options", TS_NULLABLE, &sort_options, "order of the rows"),
    FIELD("role_identifiers", TS_STRING, TS_LIST,
          "roles (names or GUIDs), any of them"),
    FIELD_OR("include_favorite_metadata", TS_BOOLEAN, TS_NULLABLE, "false",
             "return the favourites too"),
    FIELD_OR("include_variable_values", TS_BOOLEAN, TS_NULLABLE, "false",
             "return the values of formula variables too"),
    END};
static const ts_schema search_users = {"SearchUsersRequest",
                                       search_users_fields};

static const char *const group_types[] = {"LOCAL_GROUP", "LDAP_GROUP",
                                          "TEAM_GROUP", "TENANT_GROUP", NULL};

static const ts_field group_fields[] = {
    FIELD("id", TS_STRING, TS_REQUIRED, "GUID"),
    FIELD("name", TS_STRING, TS_REQUIRED, "name, unique in its org"),
    FIELD("display_name", TS_STRING, TS_REQUIRED,
          "name shown in the user interface"),
    ENUM("visibility", TS_REQUIRED, visibilities,
         "whether others find the group when sharing"),
    FIELD("description", TS_STRING, TS_NULLABLE, "description"),
    ENUM("type", TS_NULLABLE, group_types, "where the group comes from"),
    OBJECT("orgs", TS_NULLABLE | TS_LIST, &named_object,
           "orgs that have the group"),
    FIELD("privileges", TS_STRING, TS_NULLABLE | TS_LIST,
          "privileges of the members"),
    OBJECT("users", TS_NULLABLE | TS_LIST, &named_object, "members"),
    OBJECT("sub_groups", TS_NULLABLE | TS_LIST, &named_object,
           "groups inside the group"),
    OBJECT("roles", TS_NULLABLE | TS_LIST, &named_object,
           "roles of the members"),
    OBJECT("default_liveboards", TS_NULLABLE | TS_LIST, &named_object,
           "Liveboards that the members are shown first"),
    FIELD("system_group", TS_BOOLEAN, TS_NULLABLE, "belongs to the system"),
    FIELD("author_id", TS_STRING, TS_NULLABLE, "GUID of the creator"),
    FIELD("modifier_id", TS_STRING, TS_NULLABLE,
          "GUID of who made the last change"),
    FIELD("owner_id", TS_STRING, TS_NULLABLE, "GUID of the owner"),
    FIELD("creation_time_in_millis", TS_NUMBER, TS_NULLABLE,
          "time of creation, milliseconds since the epoch"),
    FIELD("modification_time_in_millis", TS_NUMBER, TS_NULLABLE,
          "time of the last change, milliseconds since the epoch"),
    FIELD("complete_detail", TS_BOOLEAN, TS_NULLABLE, "nothing was left out"),
    FIELD("deleted", TS_BOOLEAN, TS_NULLABLE, "the group is deleted"),
    FIELD("deprecated", TS_BOOLEAN, TS_NULLABLE, "the group is deprecated"),
    FIELD("external", TS_BOOLEAN, TS_NULLABLE,
          "managed outside of the cluster"),
    FIELD("hidden", TS_BOOLEAN, TS_NULLABLE, "hidden from lists"),
    ENUM("parent_type", TS_NULLABLE, parent_types, "kind of parent"),
    OBJECT("tags", TS_NULLABLE | TS_LIST, &named_object, "tags"),
    END};
static const ts_schema group = {"Group", group_fields};

static const ts_field search_groups_fields[] = {
    FIELD("group_identifier", TS_STRING, TS_NONEMPTY,
          "group (name or GUID), exactly"),
    FIELD("name_pattern", TS_STRING, 0,
          "pattern for the whole name; % matches any characters"),
    FIELD("display_name", TS_STRING, 0, "display name, exactly"),
    FIELD("description", TS_STRING, 0, "description"),
    ENUM("type", 0, group_types, "where the group comes from"),
    ENUM("visibility", 0, visibilities,
         "whether others find the group when sharing"),
    FIELD("org_identifiers", TS_STRING, TS_LIST,
          "orgs (names or ids), any of them"),
    FIELD("user_identifiers", TS_STRING, TS_LIST,
          "members (names or GUIDs), any of them"),
    FIELD("sub_group_identifiers", TS_STRING, TS_LIST,
          "groups inside (names or GUIDs), any of them"),
    ENUM("privileges", TS_LIST, privileges, "privileges, any of them"),
    FIELD("role_identifiers", TS_STRING, TS_LIST,
          "roles (names or GUIDs), any of them"),
    FIELD("default_liveboard_identifiers", TS_STRING, TS_LIST,
          "Liveboards that the members are shown first (GUIDs)"),
    FIELD_OR("record_offset", TS_INTEGER, 0, "0", "rows to skip"),
    FIELD_OR("record_size", TS_INTEGER, 0, "10", "rows to return, -1 for all"),
    OBJECT("sort_options", TS_NULLABLE, &sort_options, "order of the rows"),
    FIELD_OR("include_users", TS_BOOLEAN, TS_NULLABLE, "true",
             "return the members too (clusters since 10.10.0.cl)"),
    FIELD_OR("include_sub_groups", TS_BOOLEAN, TS_NULLABLE, "true",
             "return the groups inside too (clusters since 10.10.0.cl)"),
    END};
static const ts_schema search_groups = {"SearchGroupsRequest",
                                        search_groups_fields};

static const char *const org_visibilities[] = {"SHOW", "HIDDEN", NULL};

static const char *const org_statuses[] = {"ACTIVE", "IN_ACTIVE", NULL};

static const ts_field org_details_fields[] = {
    FIELD("id", TS_INTEGER, TS_NULLABLE, "number of the org"),
    FIELD("name", TS_STRING, TS_NULLABLE, "name of the org"),
    ENUM("status", TS_NULLABLE, org_statuses, "whether the org is in use"),
    FIELD("description", TS_STRING, TS_NULLABLE, "description"),
    ENUM("visibility", TS_NULLABLE, org_visibilities,
         "whether the org is shown in lists"),
    END};
static const ts_schema org_details = {"OrgDetails", org_details_fields};

static const ts_field search_orgs_fields[] = {
    FIELD("org_identifier", TS_STRING, TS_NONEMPTY, "org (name or id)"),
    FIELD("description", TS_STRING, 0, "description"),
    ENUM("visibility", 0, org_visibilities,
         "whether the org is shown in lists"),
    ENUM("status", 0, org_statuses, "whether the org is in use"),
    FIELD("user_identifiers", TS_STRING, TS_LIST,
          "users (names or GUIDs) whose orgs are returned"),
    END};
static const ts_schema search_orgs = {"SearchOrgsRequest", search_orgs_fields};

static const ts_field create_user_fields[] = {
    FIELD("name", TS_STRING, TS_REQUIRED | TS_NONEMPTY,
          "login name, unique in the cluster"),
    DISPLAY_NAME(TS_REQUIRED),
    FIELD("password", TS_STRING, TS_SECRET | TS_NO_LINE_END,
          "password of the account"),
    EMAIL(TS_REQUIRED),
    ENUM_OR("account_type", 0, account_types, "LOCAL_USER",
            "how the user signs in"),
    ENUM_OR("account_status", 0, account_statuses, "ACTIVE",
            "whether the user may sign in"),
    FIELD("org_identifiers", TS_STRING, TS_LIST, "orgs (ids)"),
    FIELD("group_identifiers", TS_STRING, TS_LIST, "groups (names or GUIDs)"),
    ENUM_OR("visibility", 0, visibilities, "SHARABLE",
            "whether others find the user when sharing"),
    NOTIFY_ON_SHARE("true"),
    SHOW_ONBOARDING("true"),
    ONBOARDING_COMPLETED("false"),
    FIELD("home_liveboard_identifier", TS_STRING, 0,
          "Liveboard shown on the home page (GUID)"),
    FAVORITE_METADATA(TS_LIST),
    PREFERRED_LOCALE(0),
    USE_BROWSER_LANGUAGE,
    EXTENDED_PROPERTIES(0),
    EXTENDED_PREFERENCES(0),
    FIELD("trigger_welcome_email", TS_BOOLEAN, TS_NULLABLE,
          "send a welcome mail (clusters without IAM)"),
    FIELD("trigger_activation_email", TS_BOOLEAN, TS_NULLABLE,
          "send an activation mail (IAMv2); set a password if this is false"),
    END};
static const ts_schema create_user = {"CreateUserRequest", create_user_fields};

static const ts_field update_user_fields[] = {
    FIELD("name", TS_STRING, TS_NONEMPTY | TS_NEW_NAME,
          "login name, unique in the cluster"),
    DISPLAY_NAME(0),
    VISIBILITY(0),
    EMAIL(0),
    ACCOUNT_STATUS(TS_STATUS),
    NOTIFY_ON_SHARE(NULL),
    SHOW_ONBOARDING(NULL),
    ONBOARDING_COMPLETED(NULL),
    ACCOUNT_TYPE(0),
    FIELD("group_identifiers", TS_STRING, TS_LIST, "groups (names or GUIDs)"),
    FIELD("home_liveboard_identifier", TS_STRING, 0,
          "Liveboard shown on the home page (GUID)"),
    FAVORITE_METADATA(TS_LIST),
    FIELD("org_identifiers", TS_STRING, TS_LIST, "orgs (ids)"),
    ENUM_OR(
        "operation", 0, operations, "REPLACE",
        "how groups and orgs are applied: REPLACE removes the user from all "
        "others"),
    PREFERRED_LOCALE(0),
    USE_BROWSER_LANGUAGE,
    EXTENDED_PROPERTIES(0),
    EXTENDED_PREFERENCES(0),
    END};
static const ts_schema update_user = {"UpdateUserRequest", update_user_fields};

static const ts_field import_user_fields[] = {
    USER_IDENTIFIER(TS_TARGET),
    DISPLAY_NAME(TS_REQUIRED),
    FIELD("password", TS_STRING, TS_NULLABLE | TS_SECRET | TS_NO_LINE_END,
          "password of the account"),
    ACCOUNT_TYPE(TS_NULLABLE),
    ACCOUNT_STATUS(TS_NULLABLE | TS_STATUS),
    EMAIL(TS_NULLABLE),
    FIELD("org_identifiers", TS_STRING, TS_NULLABLE | TS_LIST,
          "orgs (names or ids)"),
    FIELD("group_identifiers", TS_STRING, TS_NULLABLE | TS_LIST,
          "groups (names or GUIDs)"),
    VISIBILITY(TS_NULLABLE),
    NOTIFY_ON_SHARE("true"),
    SHOW_ONBOARDING(NULL),
    ONBOARDING_COMPLETED(NULL),
    FIELD("home_liveboard_identifier", TS_STRING, TS_NULLABLE,
          "Liveboard shown on the home page (name or GUID)"),
    FAVORITE_METADATA(TS_NULLABLE | TS_LIST),
    PREFERRED_LOCALE(TS_NULLABLE),
    USE_BROWSER_LANGUAGE,
    END};
static const ts_schema import_user = {"ImportUser", import_user_fields};

static const ts_field import_users_fields[] = {
    OBJECT("users", TS_REQUIRED | TS_LIST, &import_user,
           "users to create or change"),
    FIELD("default_password", TS_STRING, TS_SECRET | TS_NO_LINE_END,
          "password for created users that have none"),
    FIELD_OR("dry_run", TS_BOOLEAN, TS_NULLABLE | TS_DRY_RUN, "true",
             "only report what would change; false does it"),
    FIELD_OR("delete_unspecified_users", TS_BOOLEAN, TS_NULLABLE | TS_OTHERS,
             "false", "delete every user that is not in the list"),
    END};
static const ts_schema import_users = {"ImportUsersRequest",
                                       import_users_fields};

static const ts_field import_result_user_fields[] = {
    FIELD("id", TS_STRING, TS_NULLABLE, "GUID"),
    FIELD("name", TS_STRING, TS_REQUIRED, "login name"), END};
static const ts_schema import_result_user = {"ImportResultUser",
                                             import_result_user_fields};

static const ts_field import_result_fields[] = {
    OBJECT("users_added", TS_NULLABLE | TS_LIST, &import_result_user,
           "users created"),
    OBJECT("users_updated", TS_NULLABLE | TS_LIST, &import_result_user,
           "users changed"),
    OBJECT("users_deleted", TS_NULLABLE | TS_LIST, &import_result_user,
           "users deleted"),
    END};
static const ts_schema import_result = {"ImportResult", import_result_fields};

static const ts_field change_user_password_fields[] = {
    FIELD("current_password", TS_STRING,
          TS_REQUIRED | TS_SECRET | TS_NO_LINE_END,
          "current password of the user"),
    NEW_PASSWORD, USER_IDENTIFIER(0), END};
static const ts_schema change_user_password = {"ChangeUserPasswordRequest",
                                               change_user_password_fields};

static const ts_field reset_user_password_fields[] = {NEW_PASSWORD,
                                                      USER_IDENTIFIER(0), END};
static const ts_schema reset_user_password = {"ResetUserPasswordRequest",
                                              reset_user_password_fields};

static const ts_field activate_user_fields[] = {
    FIELD("activation_link", TS_STRING,
          TS_LOCAL | TS_SECRET | TS_NONEMPTY | TS_LINK | TS_NO_LINE_END,
          "the link that deactivate_user returned, instead of user_identifier "
          "and auth_token; it is not sent"),
    FIELD_OR("user_identifier", TS_STRING,
             TS_REQUIRED | TS_NONEMPTY | TS_FILLED,
             "the user of activation_link", "user (name or GUID)"),
    FIELD_OR("auth_token", TS_STRING,
             TS_REQUIRED | TS_SECRET | TS_NONEMPTY | TS_FILLED |
                 TS_NO_LINE_END,
             "the token of activation_link",
             "token of an activation link: the part after token="),
    FIELD("password", TS_STRING, TS_REQUIRED | TS_SECRET | TS_NO_LINE_END,
          "new password of the user"),
    FIELD("properties", TS_STRING, 0, "properties of the user, as one string"),
    END};
static const ts_schema activate_user = {"ActivateUserRequest",
                                        activate_user_fields};

static const ts_field deactivate_user_fields[] = {
    USER_IDENTIFIER(TS_TARGET),
    FIELD_OR("base_url", TS_STRING, TS_REQUIRED | TS_FILLED | TS_HOST,
             "the client's host",
             "address of the cluster, the start of the activation link"),
    END};
static const ts_schema deactivate_user = {"DeactivateUserRequest",
                                          deactivate_user_fields};

static const ts_field activation_fields[] = {
    FIELD("activation_link", TS_STRING, TS_NULLABLE | TS_SECRET,
          "link with the token for activate_user, valid 14 days"),
    END};
static const ts_schema activation = {"Activation", activation_fields};

/* The server also accepts an absent, null or empty list, and then logs out
** every user of the cluster. Here that is a separate endpoint. */
static const ts_field force_logout_users_fields[] = {
    FIELD("user_identifiers", TS_STRING,
          TS_REQUIRED | TS_LIST | TS_NONEMPTY | TS_TARGET,
          "users (names or GUIDs), at least one: to the cluster an empty list "
          "means all"),
    END};
static const ts_schema force_logout_users = {"ForceLogoutUsersRequest",
                                             force_logout_users_fields};

static const ts_field parameter_object_fields[] = {
    ENUM("type", TS_NULLABLE, table_types, "kind of object"),
    FIELD("identifier", TS_STRING, TS_REQUIRED, "name or GUID of the table"),
    END};
static const ts_schema parameter_object = {"ParameterObject",
                                           parameter_object_fields};

static const ts_field runtime_filter_fields[] = {
    FIELD("column_name", TS_STRING, TS_REQUIRED, "column"),
    FIELD("values", TS_STRING, TS_REQUIRED | TS_LIST, "values"),
    ENUM("operator", TS_REQUIRED, operators, "comparison"),
    PERSIST,
    PARAMETER_OBJECTS,
    END};
static const ts_schema runtime_filter = {"RuntimeFilter",
                                         runtime_filter_fields};

static const ts_field runtime_sort_fields[] = {
    FIELD("column_name", TS_STRING, TS_NULLABLE, "column"),
    ENUM("order", TS_NULLABLE, orders, "direction"), PERSIST,
    PARAMETER_OBJECTS, END};
static const ts_schema runtime_sort = {"RuntimeSort", runtime_sort_fields};

static const ts_field runtime_parameter_fields[] = {
    FIELD("name", TS_STRING, TS_REQUIRED, "parameter"),
    FIELD("values", TS_STRING, TS_REQUIRED | TS_LIST, "values"), PERSIST,
    PARAMETER_OBJECTS, END};
static const ts_schema runtime_parameter = {"RuntimeParameter",
                                            runtime_parameter_fields};

static const ts_field user_parameters_fields[] = {
    PARAMETER_OBJECTS,
    OBJECT("runtime_filters", TS_NULLABLE | TS_LIST, &runtime_filter,
           "filters of the session"),
    OBJECT("runtime_sorts", TS_NULLABLE | TS_LIST, &runtime_sort,
           "sorts of the session"),
    OBJECT("parameters", TS_NULLABLE | TS_LIST, &runtime_parameter,
           "parameters of the session"),
    END};
static const ts_schema user_parameters = {"UserParameters",
                                          user_parameters_fields};

static const ts_field force_logout_all_users_fields[] = {
    FIELD("confirm", TS_STRING, TS_REQUIRED | TS_LOCAL,
          "the host of the client, as given to it"),
    END};
static const ts_schema force_logout_all_users = {
    "ForceLogoutAllUsersRequest", force_logout_all_users_fields};

static const ts_field get_full_access_token_fields[] = {
    FIELD("username", TS_STRING, TS_REQUIRED | TS_NONEMPTY | TS_NO_LINE_END,
          "login name of the user"),
    FIELD("password", TS_STRING, TS_SECRET | TS_NO_LINE_END,
          "password of the account"),
    FIELD("secret_key", TS_STRING, TS_SECRET | TS_NO_LINE_END,
          "secret key of trusted authentication"),
    FIELD_OR("validity_time_in_sec", TS_INTEGER, 0, "300",
             "lifetime of the token in seconds"),
    FIELD("org_id", TS_INTEGER, 0, "number of the org to act in"),
    FIELD("email", TS_STRING, 0,
          "e-mail address of a user created by auto_create"),
    FIELD("display_name", TS_STRING, 0,
          "display name of a user created by auto_create"),
    FIELD_OR(
        "auto_create", TS_BOOLEAN, TS_NULLABLE, "false",
        "create the user if missing; replaces the groups each time a token "
        "is minted"),
    FIELD("group_identifiers", TS_STRING, TS_LIST,
          "groups of a user created by auto_create"),
    OBJECT("user_parameters", TS_NULLABLE, &user_parameters,
           "runtime filters, sorts and parameters of the session"),
    END};
static const ts_schema get_full_access_token = {"GetFullAccessTokenRequest",
                                                get_full_access_token_fields};

static const ts_field scope_fields[] = {
    FIELD("access_type", TS_STRING, TS_REQUIRED, "kind of access"),
    FIELD("org_id", TS_INTEGER, TS_NULLABLE,
          "number of the org in which the token acts"),
    FIELD("metadata_id", TS_STRING, TS_NULLABLE,
          "object to which the token is limited"),
    END};
static const ts_schema scope = {"Scope", scope_fields};

static const ts_field token_fields[] = {
    FIELD("token", TS_STRING, TS_REQUIRED | TS_SECRET, "bearer token"),
    CREATION_TIME,
    EXPIRATION_TIME,
    OBJECT("scope", TS_REQUIRED, &scope, "scope of the token"),
    VALID_FOR_USER_ID,
    VALID_FOR_USERNAME,
    END};
static const ts_schema token = {"Token", token_fields};

static const ts_field validate_token_fields[] = {
    FIELD("token", TS_STRING,
          TS_REQUIRED | TS_SECRET | TS_NONEMPTY | TS_NO_LINE_END,
          "token to check"),
    END};
static const ts_schema validate_token = {"ValidateTokenRequest",
                                         validate_token_fields};

static const ts_field token_validation_fields[] = {
    CREATION_TIME,
    EXPIRATION_TIME,
    OBJECT("scope", TS_REQUIRED, &scope, "scope of the token"),
    VALID_FOR_USER_ID,
    FIELD("token_type", TS_STRING, TS_REQUIRED, "kind of token"),
    END};
static const ts_schema token_validation = {"TokenValidation",
                                           token_validation_fields};

static const ts_field revoke_token_fields[] = {
    FIELD("user_identifier", TS_STRING, TS_NONEMPTY,
          "user whose tokens are revoked (name or GUID)"),
    FIELD("token", TS_STRING, TS_SECRET | TS_NONEMPTY | TS_NO_LINE_END,
          "token to revoke"),
    END};
static const ts_schema revoke_token = {"RevokeTokenRequest",
                                       revoke_token_fields};

static const ts_field session_token_fields[] = {
    FIELD("token", TS_STRING, TS_REQUIRED | TS_SECRET, "bearer token"),
    CREATION_TIME,
    EXPIRATION_TIME,
    VALID_FOR_USER_ID,
    VALID_FOR_USERNAME,
    END};
static const ts_schema session_token = {"SessionToken", session_token_fields};

static const ts_field target_identifier = USER_IDENTIFIER(TS_TARGET);

#define USERS "users/"
#define TOKEN "auth/token/"
#define SESSION "auth/session/"

/* A row without one of the other members has no parameter in its path, no
** body, no reply that matters, no guard, and requires no privilege. */
const ts_endpoint ts_endpoints[] = {
    {.name = "search_users",
     .method = "POST",
     .path = USERS "search",
     .request = &search_users,
     .reply = TS_REPLY_LIST,
     .reply_schema = &user,
     .effect = TS_SAFE,
     .since = "9.0.0.cl",
     .doc = "Finds users, one page of them: ten unless record_size is given. "
            "Some properties are visible only to administrators."},
    {.name = "create_user",
     .method = "POST",
     .path = USERS "create",
     .request = &create_user,
     .reply = TS_REPLY_OBJECT,
     .reply_schema = &user,
     .effect = TS_ONCE,
     .since = "9.0.0.cl",
     .privilege = TS_USER_ADMINISTRATION,
     .doc = "Creates a user."},
    {.name = "update_user",
     .method = "POST",
     .path = USERS "{user_identifier}/update",
     .path_parameter = &target_identifier,
     .request = &update_user,
     .effect = TS_IDEMPOTENT,
     .guard = TS_GUARD_LISTS,
     .since = "9.0.0.cl",
     .privilege = TS_USER_ADMINISTRATION,
     .doc = "Changes a user; replaces groups and orgs unless operation is "
            "ADD or REMOVE."},
    {.name = "delete_user",
     .method = "POST",
     .path = USERS "{user_identifier}/delete",
     .path_parameter = &target_identifier,
     .effect = TS_ONCE,
     .since = "9.0.0.cl",
     .privilege = TS_USER_ADMINISTRATION,
     .doc = "Deletes a user."},
    {.name = "import_users",
     .method = "POST",
     .path = USERS "import",
     .request = &import_users,
     .reply = TS_REPLY_OBJECT,
     .reply_schema = &import_result,
     .effect = TS_ONCE,
     .guard = TS_GUARD_IMPORT,
     .since = "9.0.0.cl",
     .privilege = TS_USER_ADMINISTRATION,
     .doc = "Creates and changes many users; a dry run, which changes "
            "nothing, unless dry_run is false."},
    {.name = "change_user_password",
     .method = "POST",
     .path = USERS "change-password",
     .request = &change_user_password,
     .effect = TS_ONCE,
     .since = "9.0.0.cl",
     .privilege = TS_USER_ADMINISTRATION,
     .doc = "Changes a password, given the current one."},
    {.name = "reset_user_password",
     .method = "POST",
     .path = USERS "reset-password",
     .request = &reset_user_password,
     .effect = TS_IDEMPOTENT,
     .since = "9.0.0.cl",
     .privilege = TS_USER_ADMINISTRATION,
     .doc = "Sets the password of a user, as an administrator."},
    {.name = "activate_user",
     .method = "POST",
     .path = USERS "activate",
     .request = &activate_user,
     .reply = TS_REPLY_OBJECT,
     .reply_schema = &user,
     .effect = TS_ONCE,
     .since = "9.7.0.cl",
     .privilege = TS_USER_ADMINISTRATION,
     .doc = "Activates a user, with the link that deactivate_user returned."},
    {.name = "deactivate_user",
     .method = "POST",
     .path = USERS "deactivate",
     .request = &deactivate_user,
     .reply = TS_REPLY_OBJECT,
     .reply_schema = &activation,
     .effect = TS_ONCE,
     .since = "9.7.0.cl",
     .privilege = TS_USER_ADMINISTRATION,
     .doc = "Deactivates a user and returns a link to activate it again."},
    {.name = "force_logout_users",
     .method = "POST",
     .path = USERS "force-logout",
     .request = &force_logout_users,
     .effect = TS_IDEMPOTENT,
     .since = "9.0.0.cl",
     .privilege = TS_USER_ADMINISTRATION,
     .doc = "Logs out the users in a list, which must not be empty."},
    {.name = "force_logout_all_users",
     .method = "POST",
     .path = USERS "force-logout",
     .request = &force_logout_all_users,
     .effect = TS_ONCE,
     .guard = TS_GUARD_HOST,
     .since = "9.0.0.cl",
     .privilege = TS_USER_ADMINISTRATION,
     .doc = "Logs out every user of the cluster, including the caller."},
    {.name = "search_groups",
     .method = "POST",
     .path = "groups/search",
     .request = &search_groups,
     .reply = TS_REPLY_LIST,
     .reply_schema = &group,
     .effect = TS_SAFE,
     .since = "9.0.0.cl",
     .doc = "Finds groups, one page of them: ten unless record_size is given. "
            "Some properties are visible only to administrators."},
    {.name = "search_orgs",
     .method = "POST",
     .path = "orgs/search",
     .request = &search_orgs,
     .reply = TS_REPLY_LIST,
     .reply_schema = &org_details,
     .effect = TS_SAFE,
     .since = "9.0.0.cl",
     .privilege =
         "ADMINISTRATION, or ORG_ADMINISTRATION if the cluster has RBAC",
     .doc = "Finds orgs: all of them unless the request filters."},
    {.name = "get_full_access_token",
     .method = "POST",
     .path = TOKEN "full",
     .request = &get_full_access_token,
     .reply = TS_REPLY_OBJECT,
     .reply_schema = &token,
     .effect = TS_IDEMPOTENT,
     .since = "9.0.0.cl",
     .doc = "Mints a token for a user."},
    {.name = "validate_token",
     .method = "POST",
     .path = TOKEN "validate",
     .request = &validate_token,
     .reply = TS_REPLY_OBJECT,
     .reply_schema = &token_validation,
     .effect = TS_SAFE,
     .since = "9.12.0.cl",
     .doc = "Returns the user of a token, and how long it is valid."},
    {.name = "revoke_token",
     .method = "POST",
     .path = TOKEN "revoke",
     .request = &revoke_token,
     .effect = TS_IDEMPOTENT,
     .guard = TS_GUARD_TARGET,
     .since = "9.0.0.cl",
     .doc = "Revokes a token, or the tokens of a user."},
    {.name = "get_current_user_info",
     .method = "GET",
     .path = SESSION "user",
     .reply = TS_REPLY_OBJECT,
     .reply_schema = &user,
     .effect = TS_SAFE,
     .since = "9.0.0.cl",
     .doc = "Returns the user of the client's token."},
    {.name = "get_current_user_token",
     .method = "GET",
     .path = SESSION "token",
     .reply = TS_REPLY_OBJECT,
     .reply_schema = &session_token,
     .effect = TS_SAFE,
     .since = "9.4.0.cl",
     .doc = "Returns a new token, valid for 24 hours, for the same user."},
    {.name = NULL},
};

static const char *const methods[] = {"GET",   "POST",   "PUT",
                                      "PATCH", "DELETE", NULL};
static const char *const replies[] = {"object", "list", "none", NULL};

static const ts_field request_fields[] = {
    ENUM_OR("method", 0, methods, "POST", "HTTP method"),
    FIELD("path", TS_STRING, TS_REQUIRED | TS_NONEMPTY,
          "the part after /api/rest/2.0/, not percent-encoded"),
    FIELD("body", TS_JSON, 0,
          "content, sent as JSON; an empty table is an object unless it is "
          "a thoughtspot.list"),
    ENUM_OR("reply", 0, replies, "object",
            "type of the reply: an object, a list of objects, or nothing "
            "that matters"),
    FIELD_OR("safe", TS_BOOLEAN, 0, "false",
             "true: the call changes nothing, so it is retried after any "
             "transient failure"),
    END};
static const ts_schema request = {"Request", request_fields};

static const ts_field no_fields[] = {END};
const ts_schema ts_any_object = {"object", no_fields};

const ts_endpoint ts_endpoint_request = {
    .name = "request",
    .method = "POST",
    .path = "",
    .request = &request,
    .reply = TS_REPLY_OBJECT,
    .effect = TS_ONCE,
    .doc = "Calls any endpoint of the API, with the client's login, retries, "
           "limits and errors.",
};

const ts_endpoint *ts_endpoint_find(const char *name) {
  const ts_endpoint *endpoint;
  if (strcmp(ts_endpoint_request.name, name) == 0) {
    return &ts_endpoint_request;
  }
  for (endpoint = ts_endpoints; endpoint->name != NULL; endpoint++) {
    if (strcmp(endpoint->name, name) == 0) {
      return endpoint;
    }
  }
  return NULL;
}

const ts_endpoint *ts_endpoint_token(void) {
  return ts_endpoint_find("get_full_access_token");
}
