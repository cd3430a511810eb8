---@meta thoughtspot
-- luacheck: no max line length, no unused args, no unused

--- Types for lua-language-server and others that read LuaCATS annotations.
-- Nothing here runs. The parts marked as derived come from the endpoint
-- table: make docs.
--
-- The file has the module's name and returns it, because an editor takes
-- resty/thoughtspot.lua for `require "thoughtspot"` otherwise.

---JSON's null: thoughtspot.null, a true value in Lua.
---@alias thoughtspot.Null lightuserdata|userdata

---The type of fields that do not exist. A class that ends with `[string]
---thoughtspot.NoSuchField` has only the fields listed before.
---@class thoughtspot.NoSuchField
---@field no_such_field true

-- derived: errorkinds

---@alias thoughtspot.ErrorKind
---| "argument" # an argument is invalid; nothing was sent
---| "auth" # the credentials or the token were rejected
---| "forbidden" # the user lacks a privilege, or has no access to the org
---| "not_found" # a user, group or org in the request does not exist
---| "conflict" # it already exists, or several users match a name
---| "rate_limit" # too many requests, or the client's own rate limit
---| "api" # the cluster refused the call for another reason (4xx, or an error with status 2xx)
---| "server" # the cluster failed (5xx)
---| "gateway" # something other than the cluster replied: a proxy, a load balancer, a block page, a login or maintenance page
---| "connect" # no connection was made, or the proxy refused it
---| "tls" # the certificate or the handshake failed
---| "timeout" # no reply in time
---| "network" # the connection broke
---| "decode" # the reply is not as expected
---| "limit" # the reply is larger than max_response_bytes, or nested too deep
---| "closed" # the client was closed
---| "cancelled" # the batch stopped before this item

-- end derived

---An error. tostring(err) is one line.
---@class thoughtspot.Error
---@field kind thoughtspot.ErrorKind
---@field message string what happened
---@field hint? string what to do next
---@field endpoint? string name of the method; of a request, its method and path
---@field field? string path of the argument that was refused
---@field status? integer HTTP status
---@field code? integer ThoughtSpot's code
---@field debug? string the reason that the cluster gives
---@field incident_id? string for ThoughtSpot's support
---@field trace_id? string for ThoughtSpot's support
---@field attempts integer requests sent
---@field retry_after? number seconds to wait, as the cluster asks
---@field body? string beginning of the reply, without secrets
---@field applied "no"|"maybe" whether the cluster may have done it
---@field login_failed? true the login for the call failed
---@field cause? table the value that a token_provider or token_store raised

---@class thoughtspot.Event
---@field type "request"|"response"|"retry"|"token"|"wait"
---@field endpoint string name of the method; of a request, its method and path
---@field attempt integer counted from 1
---@field seconds number response: since the request; retry, wait: to wait
---@field bytes number request: sent; response: received
---@field status? integer HTTP status of a response

---@class thoughtspot.HttpRequest
---@field method "GET"|"POST"|"PUT"|"PATCH"|"DELETE"
---@field url string
---@field headers table<string, string>
---@field body? string

---@class thoughtspot.HttpResponse
---@field status integer
---@field headers? table<string, string>
---@field body? string

---@alias thoughtspot.Transport thoughtspot.Sandbox|fun(request: thoughtspot.HttpRequest): thoughtspot.HttpResponse?, any

---@class thoughtspot.TokenStore
---@field get fun(refused: string?): string|false|nil, number? a token and its expiry in epoch seconds; nil: mint one; false, seconds: call again after so many seconds
---@field set fun(token: string?, expires: number?) takes the token that was minted; nil: the login failed
---@field extend? fun() extends the lock that get took, because the login takes longer

---@class thoughtspot.store.file
---@field share fun(options: thoughtspot.Options, path: string): thoughtspot.Options adds a token_store in a file

---@class thoughtspot.store.redis
---@field share fun(options: thoughtspot.Options, server?: thoughtspot.RedisOptions): thoughtspot.Options adds a token_store and a rate_limit in Redis

---@class thoughtspot.SkippedRow
---@field offset integer
---@field err thoughtspot.Error

---@class thoughtspot.Pager
local Pager = {}

---Returns the next page: at most page_size users; nil after the last.
---@return thoughtspot.User[]? page
---@return thoughtspot.Error? err
function Pager:next() end

---Returns the next user; nil after the last.
---@return thoughtspot.User? user
---@return thoughtspot.Error? err
function Pager:next_user() end

---Cancels the requests in flight. No users follow.
function Pager:close() end

---@class thoughtspot.BatchReport
---@field results table<integer, any> index of an item = what the call returned
---@field failures thoughtspot.BatchFailure[] in the order of the items
---@field succeeded integer
---@field failed integer
---@field unsent? integer number of failed items that were never sent because the batch had stopped

---@class thoughtspot.BatchFailure
---@field index integer
---@field item any
---@field err thoughtspot.Error

---@class thoughtspot.ImportReport
---@field users_added thoughtspot.ImportResultUser[]
---@field users_updated thoughtspot.ImportResultUser[]
---@field unaccounted integer number of users whom the replies do not name
---@field unsent? integer number of failed items that were never sent because the import had stopped
---@field failures thoughtspot.BatchFailure[] in the order of the users

---@class thoughtspot.FieldDescription
---@field name string
---@field type string of Lua, or "integer"
---@field doc string
---@field default? string the default, as text
---@field list? true it is a list of the type
---@field required? true
---@field nullable? true it may be thoughtspot.null
---@field nonempty? true
---@field filled? true the client fills it in if it is absent; the cluster requires it
---@field unsent? true it is not sent
---@field secret? true it is never shown
---@field values? string[] the enum
---@field annotation? string its LuaCATS type, if not derived from type
---@field role? "target"|"status"|"others"|"new_name"|"dry_run" its role in a call that deletes, deactivates or logs out users
---@field schema? thoughtspot.TableDescription

---@class thoughtspot.TableDescription
---@field name string
---@field fields thoughtspot.FieldDescription[]

---@class thoughtspot.EndpointDescription
---@field name string
---@field doc string
---@field method "GET"|"POST"
---@field path string below /api/rest/2.0/
---@field since string cluster version
---@field effect "safe"|"idempotent"|"once"
---@field reply "none"|"object"|"list"
---@field privilege? string
---@field path_parameter? thoughtspot.FieldDescription
---@field request? thoughtspot.TableDescription
---@field returns? thoughtspot.TableDescription

---@class thoughtspot.Client
local Client = {}

---Finds the user with a name or GUID.
---@param identifier string name or GUID
---@return thoughtspot.User? user
---@return thoughtspot.Error err kind "not_found" or "conflict"
function Client:find_user(identifier) end

---Iterates over the users that a filter finds; raises a thoughtspot.Error
---if a page cannot be read. If your changes affect which users the filter
---finds, collect the users first.
---@param filter? thoughtspot.SearchUsersRequest
---@param options? thoughtspot.EachUserOptions
---@return fun(): thoughtspot.User?
function Client:each_user(filter, options) end

---Reads the users that a filter finds, page by page.
---@param filter? thoughtspot.SearchUsersRequest
---@param options? thoughtspot.EachUserOptions
---@return thoughtspot.Pager
function Client:user_pages(filter, options) end

---Imports users, many per call and several calls at a time.
---@param users thoughtspot.ImportUser[]|(fun(): thoughtspot.ImportUser?, any)
---@param options thoughtspot.ImportInBatchesOptions
---@return thoughtspot.ImportReport? report
---@return any err
---@return thoughtspot.ImportReport? report_so_far
function Client:import_in_batches(users, options) end

---Calls any endpoint of the API, with the client's login, retries, limits and
---errors.
---@param request thoughtspot.Request
---@param options? thoughtspot.CallOptions
---@return any result depends on reply: a table, a list of tables, or true
---@return thoughtspot.Error err
function Client:request(request, options) end

---Iterates over the objects of a list, as request() returns it, while
---they arrive; raises a thoughtspot.Error if the call fails.
---@param request thoughtspot.Request
---@param options? thoughtspot.CallOptions
---@return fun(): table?
function Client:each_object(request, options) end

---Closes the connections; calls in flight fail. May be called more than once.
function Client:close() end

---@class thoughtspot.SandboxAdmin
---@field name? string when absent: "tsadmin"
---@field password? string when absent: "secret"
---@field [string] thoughtspot.NoSuchField

---@class thoughtspot.SandboxGroup
---@field name string
---@field org? string name of its org; when absent: "Primary"
---@field [string] thoughtspot.NoSuchField

-- derived: sandbox

---@class thoughtspot.SandboxOptions
---@field admin? thoughtspot.SandboxAdmin the administrator; when absent: { name = "tsadmin", password = "secret" }
---@field secret_key? string secret key of trusted authentication; when absent: "sandbox-secret-key"
---@field orgs? string[] names of orgs; org 0, "Primary", is always there
---@field groups? (string|thoughtspot.SandboxGroup)[] names of groups, or { name, org } with the name of an org
---@field group_all? boolean whether each org has the group All, in which its users are and which they cannot leave; when absent: false
---@field users? thoughtspot.SandboxUser[] users besides the administrator
---@field quirks? thoughtspot.SandboxQuirks switches for the behaviour of some clusters
---@field clock? fun(): number returns epoch seconds; when absent: os.time
---@field [string] thoughtspot.NoSuchField

---@class thoughtspot.SandboxUser
---@field name string
---@field display_name? string when absent: the name
---@field email? string
---@field password? string to log in with
---@field account_type? thoughtspot.UserAccountType
---@field account_status? thoughtspot.UserAccountStatus
---@field visibility? thoughtspot.UserVisibility
---@field notify_on_share? boolean
---@field show_onboarding_experience? boolean
---@field onboarding_experience_completed? boolean
---@field home_liveboard_identifier? string GUID
---@field preferred_locale? string
---@field use_browser_language? boolean
---@field extended_properties? table<string, any>
---@field extended_preferences? table<string, any>
---@field first_login_time_in_millis? number
---@field expiration_time_in_millis? number
---@field privileges? string[]
---@field roles? string[] names of roles
---@field favorites? table<string, thoughtspot.FavoriteType> GUIDs of Liveboards and Answers, each with its type
---@field groups? string[] names of groups
---@field orgs? string[] names of orgs; when absent: { "Primary" }
---@field super_user? boolean
---@field system_user? boolean
---@field [string] thoughtspot.NoSuchField

---@class thoughtspot.SandboxQuirks
---@field mfa? boolean refuses logins with a password; when absent: false
---@field dangling_user? string|false replies 404 to a search whose page contains the user of this name; when absent: false
---@field ok_for_no_content? boolean replies 200 in place of 204, as clusters before 9.5; when absent: false
---@field ignore_offset? boolean returns the first page for every record_offset; when absent: false
---@field ignore_writes? boolean confirms updates and deletions, and changes nothing; when absent: false
---@field ignore_activation? boolean confirms an update that activates a user, and does not activate it; when absent: false
---@field slash_in_path_fails? boolean replies 400 to a name with a slash in a path; when absent: true
---@field ignore_unknown_keys? boolean ignores unknown fields of a request; when absent: true
---@field error_shape? "incident"|"short"|"flat" sends errors in one of three forms; when absent: incident

---@alias thoughtspot.SandboxFaultName
---| "too_many" # 429
---| "too_many_retry_after" # 429 with Retry-After: 1
---| "unavailable" # 503, a page of HTML
---| "bad_gateway" # 502, a page of HTML
---| "maintenance" # 200, a page of HTML
---| "server_error" # 500
---| "reset" # nothing: the connection breaks

-- end derived

---@class thoughtspot.SandboxFault
---@field endpoint? thoughtspot.EndpointName when absent: any
---@field times? integer number of requests that fail; when absent: 1
---@field fault? thoughtspot.SandboxFaultName its name; or give the reply, or an error, with the fields below
---@field status? integer
---@field headers? table<string, string>
---@field body? string
---@field error? string a message instead of a reply
---@field applied? boolean true: the request is applied nevertheless
---@field [string] thoughtspot.NoSuchField

---@class thoughtspot.SandboxRequest
---@field endpoint? thoughtspot.EndpointName
---@field method string
---@field path string
---@field headers table<string, string>
---@field body? string

---@class thoughtspot.Sandbox
---@field quirks thoughtspot.SandboxQuirks may be set at any time
---@field requests thoughtspot.SandboxRequest[] what was received
---@overload fun(request: thoughtspot.HttpRequest): thoughtspot.HttpResponse?, any
local Sandbox = {}

---Makes requests fail; the oldest order that matches applies.
---@param order thoughtspot.SandboxFault
function Sandbox:fail(order) end

---Defines the reply of an endpoint that a sandbox does not have; for request().
---@param method "GET"|"POST"|"PUT"|"PATCH"|"DELETE"
---@param path string the part after /api/rest/2.0/, not percent-encoded
---@param answer table|fun(body: table?): any, integer? the reply; or a function that gets the body and returns the reply and its status
function Sandbox:answer(method, path, answer) end

---Returns the state of a user, by name or GUID.
---@param identifier string
---@return thoughtspot.User?
function Sandbox:user(identifier) end

---@class thoughtspot.SyncProblem
---@field index integer the row
---@field field? string
---@field message string

---@class thoughtspot.SyncUnit
---@field id? string|integer GUID of a group, number of an org
---@field name string

---@class thoughtspot.SyncUnits
---@field groups? thoughtspot.SyncUnit[]
---@field orgs? thoughtspot.SyncUnit[]

---@class thoughtspot.SyncAction
---@field n integer its number in the plan
---@field action "create"|"update"|"strip"|"deactivate"|"delete"
---@field user string name
---@field id? string GUID
---@field set? table<string, any> fields of a new user
---@field change? table<string, { from: any, to: any }> field = its old and new value
---@field add? thoughtspot.SyncUnits
---@field remove? thoughtspot.SyncUnits
---@field status? string account status of a user who is deleted
---@field modified? number time of the last change of a user who is deleted, milliseconds since the epoch
---@field needs_password? true the row has a password, which is not shown

---A user, or a difference, that the plan does not change.
---@class thoughtspot.SyncNote
---@field user string name
---@field id? string GUID
---@field field? string
---@field is? any
---@field wanted? any
---@field reason string

---@class thoughtspot.SyncLimit
---@field limit "leavers"|"deletes"|"removals"|"updates"
---@field count integer
---@field allowed integer
---@field of integer of how many
---@field percent? string the percentage that gave allowed
---@field most? integer what that percentage allows at most

---@class thoughtspot.SyncWithheld
---@field limit "leavers"|"deletes"|"removals"|"updates"
---@field count integer
---@field allowed integer
---@field of integer
---@field action thoughtspot.SyncAction

---@class thoughtspot.SyncPlan
---@field host string
---@field org_id? integer
---@field acts_as { id: string, name: string }
---@field made integer epoch seconds
---@field people integer rows of the source
---@field in_scope integer
---@field scope? thoughtspot.SearchUsersRequest
---@field protect? string[]
---@field protect_admins? boolean
---@field actions thoughtspot.SyncAction[]
---@field kept thoughtspot.SyncNote[]
---@field left thoughtspot.SyncNote[]
---@field withheld thoughtspot.SyncWithheld[]
---@field limits thoughtspot.SyncLimit[]
---@field counts table<string, integer>
---@field path? string of its file
---@field was_read? true it comes from a file
---@field outcomes? table<integer, table> action number = its outcome
local SyncPlan = {}

---Returns the text of a plan, for people.
---@param options? { all?: boolean } all: not only the first fifty of each kind
---@return string
function SyncPlan:text(options) end

---Writes a plan to a file that only its owner can read.
---@param path string
---@return true? written
---@return thoughtspot.Error err
function SyncPlan:write(path) end

---@class thoughtspot.SyncFailure
---@field n integer
---@field action thoughtspot.SyncAction
---@field err thoughtspot.Error

---@class thoughtspot.SyncDifference
---@field user string
---@field field string
---@field wanted any
---@field is any

---@class thoughtspot.SyncReport
---@field done thoughtspot.SyncAction[]
---@field already thoughtspot.SyncAction[]
---@field failures thoughtspot.SyncFailure[]
---@field withheld thoughtspot.SyncWithheld[]
---@field not_in_effect thoughtspot.SyncDifference[]

---@class thoughtspot.SyncLeaver
---@field id string GUID
---@field name string
---@field action "strip"|"deactivate"|"delete"|"update"

---@class thoughtspot.sync
local sync = {}

---Compares a directory with a cluster. Only reads.
---@param client thoughtspot.Client
---@param people thoughtspot.SyncPerson[]|(fun(): thoughtspot.SyncPerson?, any)
---@param options? thoughtspot.PlanOptions
---@return thoughtspot.SyncPlan? plan
---@return thoughtspot.Error err
---@return thoughtspot.SyncProblem[]? problems all errors in the source
function sync.plan(client, people, options) end

---Applies a plan, or resumes one that a run has not finished.
---@param client thoughtspot.Client
---@param plan thoughtspot.SyncPlan
---@param options? thoughtspot.ApplyOptions
---@return thoughtspot.SyncReport? report
---@return any err
---@return thoughtspot.SyncReport? so_far
function sync.apply(client, plan, options) end

---Reads a plan from a file, with the outcomes of its actions.
---@param path string
---@return thoughtspot.SyncPlan? plan
---@return thoughtspot.Error err
function sync.read(path) end

-- derived: annotations

---@alias thoughtspot.EndpointName
---| "search_users"
---| "create_user"
---| "update_user"
---| "delete_user"
---| "import_users"
---| "change_user_password"
---| "reset_user_password"
---| "activate_user"
---| "deactivate_user"
---| "force_logout_users"
---| "force_logout_all_users"
---| "search_groups"
---| "search_orgs"
---| "get_full_access_token"
---| "validate_token"
---| "revoke_token"
---| "get_current_user_info"
---| "get_current_user_token"

---@alias thoughtspot.UserField
---| "id" # GUID
---| "name" # login name, unique in the cluster
---| "display_name" # name shown in the user interface
---| "visibility" # whether others find the user when sharing
---| "author_id" # GUID of the creator
---| "can_change_password" # the user may change the password
---| "complete_detail" # nothing was left out
---| "creation_time_in_millis" # time of creation, milliseconds since the epoch
---| "current_org" # org of the token
---| "deleted" # the user is deleted
---| "deprecated" # the user is deprecated
---| "account_type" # how the user signs in
---| "account_status" # whether the user may sign in
---| "email" # e-mail address
---| "expiration_time_in_millis" # time of expiry, milliseconds since the epoch
---| "external" # managed outside of the cluster
---| "favorite_metadata" # favourite Liveboards and Answers
---| "first_login_time_in_millis" # time of the first login, milliseconds since the epoch
---| "group_mask" # bit mask of groups
---| "hidden" # hidden from lists
---| "home_liveboard" # Liveboard of the home page
---| "incomplete_details" # which details were left out
---| "is_first_login" # the user has not logged in before
---| "modification_time_in_millis" # time of the last change, milliseconds since the epoch
---| "modifier_id" # GUID of who made the last change
---| "notify_on_share" # send an e-mail when something is shared with the user
---| "onboarding_experience_completed" # the user has completed the introduction
---| "orgs" # orgs of the user
---| "owner_id" # GUID of the owner
---| "parent_type" # kind of parent
---| "privileges" # privileges of the user
---| "show_onboarding_experience" # offer the introduction to the user
---| "super_user" # has every right
---| "system_user" # belongs to the system
---| "tags" # tags
---| "tenant_id" # GUID of the tenant
---| "user_groups" # groups of the user
---| "user_inherited_groups" # groups by inheritance
---| "welcome_email_sent" # the welcome mail was sent
---| "org_privileges" # privileges by org
---| "preferred_locale" # language and region of the user interface
---| "use_browser_language" # follow the browser's language, which overrides preferred_locale
---| "extended_properties" # free-form properties of the user
---| "extended_preferences" # free-form preferences of the user
---| "user_parameters" # parameters of the session
---| "access_control_properties" # access control of the session
---| "variable_values" # values of formula variables by org

---@alias thoughtspot.ReplyField
---| "id" # GUID
---| "name" # login name, unique in the cluster
---| "display_name" # name shown in the user interface
---| "visibility" # whether others find the user when sharing
---| "author_id" # GUID of the creator
---| "can_change_password" # the user may change the password
---| "complete_detail" # nothing was left out
---| "creation_time_in_millis" # time of creation, milliseconds since the epoch
---| "current_org" # org of the token
---| "deleted" # the user is deleted
---| "deprecated" # the user is deprecated
---| "account_type" # how the user signs in
---| "account_status" # whether the user may sign in
---| "email" # e-mail address
---| "expiration_time_in_millis" # time of expiry, milliseconds since the epoch
---| "external" # managed outside of the cluster
---| "favorite_metadata" # favourite Liveboards and Answers
---| "first_login_time_in_millis" # time of the first login, milliseconds since the epoch
---| "group_mask" # bit mask of groups
---| "hidden" # hidden from lists
---| "home_liveboard" # Liveboard of the home page
---| "incomplete_details" # which details were left out
---| "is_first_login" # the user has not logged in before
---| "modification_time_in_millis" # time of the last change, milliseconds since the epoch
---| "modifier_id" # GUID of who made the last change
---| "notify_on_share" # send an e-mail when something is shared with the user
---| "onboarding_experience_completed" # the user has completed the introduction
---| "orgs" # orgs of the user
---| "owner_id" # GUID of the owner
---| "parent_type" # kind of parent
---| "privileges" # privileges of the user
---| "show_onboarding_experience" # offer the introduction to the user
---| "super_user" # has every right
---| "system_user" # belongs to the system
---| "tags" # tags
---| "tenant_id" # GUID of the tenant
---| "user_groups" # groups of the user
---| "user_inherited_groups" # groups by inheritance
---| "welcome_email_sent" # the welcome mail was sent
---| "org_privileges" # privileges by org
---| "preferred_locale" # language and region of the user interface
---| "use_browser_language" # follow the browser's language, which overrides preferred_locale
---| "extended_properties" # free-form properties of the user
---| "extended_preferences" # free-form preferences of the user
---| "user_parameters" # parameters of the session
---| "access_control_properties" # access control of the session
---| "variable_values" # values of formula variables by org
---| "users_added" # users created
---| "users_updated" # users changed
---| "users_deleted" # users deleted
---| "activation_link" # link with the token for activate_user, valid 14 days
---| "description" # description
---| "type" # where the group comes from
---| "users" # members
---| "sub_groups" # groups inside the group
---| "roles" # roles of the members
---| "default_liveboards" # Liveboards that the members are shown first
---| "system_group" # belongs to the system
---| "status" # whether the org is in use
---| "token" # bearer token
---| "scope" # scope of the token
---| "valid_for_user_id" # GUID of the user of the token
---| "valid_for_username" # name of the user of the token
---| "token_type" # kind of token

---@class thoughtspot.Overrides
---@field host? string address of the cluster, https://name[:port][/prefix]
---@field username? string name of the user who logs in
---@field password? string password of username
---@field secret_key? string secret key of trusted authentication
---@field token? string a bearer token, used as it is
---@field token_provider? fun(): string?, any returns a token and its expiry in epoch seconds, or nil and an error
---@field org_id? integer number of the org to act in, not its name
---@field token_validity? integer requested lifetime of tokens, in seconds; when absent: 300
---@field timeout? number seconds for one attempt; for a streamed reply, seconds without data; when absent: 60
---@field connect_timeout? number seconds for connecting; when absent: 10
---@field deadline? number seconds for a whole call, including retries; for a streamed reply, until it begins; when absent: 180
---@field max_retries? integer attempts after the first; when absent: 4
---@field rate_limit? thoughtspot.RateLimit|false|(fun(): number|false, (number|fun())?) the client's rate limit; false: none; or a function that returns the seconds to wait before a request; when absent: 100 per second, burst 10
---@field headers? table<string, string> further request headers, name = value
---@field user_agent? string name of the program, added to User-Agent before the library's
---@field verify? boolean false: accept any certificate, for tests only; when absent: true
---@field ca_file? string file with the CAs to trust instead of the system's (PEM)
---@field client_cert? string file with the client certificate (PEM)
---@field client_key? string file with its private key (PEM)
---@field proxy? string proxy, in libcurl's format: http://name:port
---@field allow_http? boolean true: send credentials unencrypted, over http, to another machine; when absent: false
---@field max_response_bytes? number bytes kept of one reply; when absent: 134217728
---@field strict? boolean false: accept unknown fields and enum values; when absent: true
---@field keep_null? boolean true: null in replies is thoughtspot.null; false: the field is absent; when absent: false
---@field protect_self? boolean false: let the client delete, deactivate or log out its own user; when absent: true
---@field on_event? fun(event: thoughtspot.Event) called with each event: a request, a reply, a retry, a wait or a new token
---@field sleep? fun(seconds: number) waits so many seconds, while others run
---@field transport? thoughtspot.Transport sends a request in place of libcurl; returns a response, or nil and a message
---@field token_store? thoughtspot.TokenStore { get, set, extend }: functions that share tokens between processes; extend is optional
---@field [string] thoughtspot.NoSuchField

---@class thoughtspot.Options: thoughtspot.Overrides
---@field host string address of the cluster, https://name[:port][/prefix]

---@class thoughtspot.RateLimit
---@field per_second number requests per second
---@field burst? number requests that may be sent without waiting; when absent: 10
---@field [string] thoughtspot.NoSuchField

---@class thoughtspot.CallOptions
---@field timeout? number as the client's
---@field deadline? number as the client's
---@field max_retries? integer as the client's
---@field headers? table<string, string> further request headers, name = value; they override the client's
---@field fields? thoughtspot.ReplyField[] names: keep only these fields of the reply's objects
---@field [string] thoughtspot.NoSuchField

---@class thoughtspot.EachUserOptions
---@field fields? thoughtspot.UserField[] names: keep only these fields of each user
---@field page_size? integer users per request; -1: all in one streamed reply, which can be slow and exhaust the cluster's memory: ThoughtSpot warns against it; when absent: 1000
---@field prefetch? integer pages that are requested ahead; when absent: 1
---@field limit? integer maximum number of users to return
---@field on_skipped? fun(row: thoughtspot.SkippedRow) called with { offset, err } for a row that the cluster cannot return; without it, such a row is an error
---@field [string] thoughtspot.NoSuchField

---@class thoughtspot.BatchOptions
---@field concurrency? integer calls in flight; when absent: 8
---@field stop_after? integer failures after which nothing more is sent; the remaining items fail with an error of kind cancelled
---@field on_progress? fun(done: integer, total: integer?) called after each item with the number of items done and the total, nil if unknown
---@field on_result? fun(index: integer, value: any, err: thoughtspot.Error?, item: any) called with index, value, err and item for each outcome; the report then does not contain the outcomes
---@field [string] thoughtspot.NoSuchField

---@class thoughtspot.ImportInBatchesOptions
---@field dry_run boolean true: only check; false: import
---@field batch_size? integer users per call; when absent: 100
---@field concurrency? integer calls in flight; when absent: 8
---@field stop_after? integer number of failed users after which nothing more is sent; the remaining ones fail with an error of kind cancelled
---@field default_password? string password for created users that have none
---@field on_progress? fun(done: integer, total: integer?) called after each call with the number of users done and the total, nil if unknown
---@field [string] thoughtspot.NoSuchField

---@class thoughtspot.ProgressOptions
---@field what? string what is counted, such as users
---@field output? file* where to draw or write; when absent: io.stderr
---@field [string] thoughtspot.NoSuchField

---@class thoughtspot.PlanOptions
---@field scope? thoughtspot.SearchUsersRequest filter of search_users: the users whose absence from the source counts; {} is everybody. Required unless leavers is "keep"
---@field leavers? "keep"|"strip"|"deactivate"|"delete" what happens to users in scope who are not in the source. "keep": nothing; "strip": they are removed from the managed groups; "deactivate": they are also deactivated and logged out; "delete": those inactive and unchanged for delete_after days are deleted, and the others deactivated; when absent: "keep"
---@field delete_after? integer days for which a user is inactive and unchanged before being deleted; an activation link is valid for 14; when absent: 30
---@field groups? "named"|"add"|string[] the managed groups, from which users may be removed. "named": those named anywhere in the source; "add": none; or a list; when absent: "named"
---@field orgs? "named"|"add"|string[] the same for orgs; when absent: "add"
---@field create? boolean|table<string, any> whether missing users are created; false lists them in plan.left. A table has fields for all new users, such as { account_type = "SAML_USER" }; when absent: true
---@field update? boolean whether users are updated; false lists the differences in plan.left; when absent: true
---@field reactivate? boolean whether inactive users who are in the source are activated; when absent: false
---@field rename? boolean whether users whose row has their GUID get the name of the row; when absent: false
---@field update_sso? boolean whether e-mail and display name of SAML and OIDC users, which belong to the identity provider, are updated; when absent: false
---@field protect? string[] names, GUIDs, and patterns of names with * for any characters: these users are never leavers
---@field protect_admins? boolean whether holders of ADMINISTRATION or USER_ADMINISTRATION are never leavers; when absent: true
---@field max_leavers? integer|string maximum number of users who lose access: are stripped or deactivated; when absent: 10 % of the scope, 200 at most, 1 at least
---@field max_deletes? integer|string maximum number of users who are deleted; when absent: 5 % of the scope, 50 at most, 1 at least
---@field max_removals? integer|string maximum number of people who stay and lose a group or an org; when absent: 25 % of the people, 5 at least
---@field max_updates? integer|string maximum number of people who are updated; when absent: 50 % of the people, 20 at least
---@field on_progress? fun(done: integer, total: integer?) called with the number of users read
---@field [string] thoughtspot.NoSuchField

---@class thoughtspot.ApplyOptions
---@field journal? string|false path of the file for the plan and its outcomes; false: none; when absent: the plan's own file, else none
---@field partial? boolean true: if a limit is exceeded, do what is within the others; false: do nothing; when absent: false
---@field concurrency? integer calls in flight; when absent: 8
---@field stop_after? integer number of failures after which nothing more is sent; when absent: 20
---@field before_leaver? fun(user: thoughtspot.SyncLeaver): true?, any called before a user is stripped, deactivated (also because of a row) or deleted; if it returns nil and an error, that user is not changed
---@field on_link? fun(user: thoughtspot.SyncLeaver, link: string) called with the activation link of a deactivated user; without it, links are discarded
---@field verify? boolean whether the users are read again afterwards, to find what has not come into effect; when absent: true
---@field max_age? number seconds after which a plan is refused; when absent: 86400
---@field on_progress? fun(done: integer, total: integer) called after each action
---@field [string] thoughtspot.NoSuchField

---@class thoughtspot.RedisOptions
---@field address? string address of the Redis server, host:port or unix:/path; when absent: "127.0.0.1:6379"
---@field password? string password of the server
---@field timeout? number seconds for connecting, and for a command; when absent: 0.5
---@field prefix? string prefix of the keys; when absent: "thoughtspot"
---@field on_error? fun(message: string) called with a message when Redis cannot be used; by default the message goes to standard error, or in nginx to the error log
---@field [string] thoughtspot.NoSuchField

---@alias thoughtspot.UserVisibility
---| "SHARABLE"
---| "NON_SHARABLE"

---@alias thoughtspot.UserAccountType
---| "LOCAL_USER"
---| "LDAP_USER"
---| "SAML_USER"
---| "OIDC_USER"
---| "REMOTE_USER"

---@alias thoughtspot.UserAccountStatus
---| "ACTIVE"
---| "INACTIVE"
---| "EXPIRED"
---| "LOCKED"
---| "PENDING"
---| "SUSPENDED"

---@alias thoughtspot.UserParentType
---| "USER"
---| "GROUP"

---@class thoughtspot.User
---@field id string GUID
---@field name string login name, unique in the cluster
---@field display_name string name shown in the user interface
---@field visibility thoughtspot.UserVisibility|string whether others find the user when sharing
---@field author_id? string GUID of the creator
---@field can_change_password? boolean the user may change the password
---@field complete_detail? boolean nothing was left out
---@field creation_time_in_millis? number time of creation, milliseconds since the epoch
---@field current_org? thoughtspot.Org org of the token
---@field deleted? boolean the user is deleted
---@field deprecated? boolean the user is deprecated
---@field account_type? thoughtspot.UserAccountType|string how the user signs in
---@field account_status? thoughtspot.UserAccountStatus|string whether the user may sign in
---@field email? string e-mail address
---@field expiration_time_in_millis? number time of expiry, milliseconds since the epoch
---@field external? boolean managed outside of the cluster
---@field favorite_metadata? thoughtspot.FavoriteItem[] favourite Liveboards and Answers
---@field first_login_time_in_millis? number time of the first login, milliseconds since the epoch
---@field group_mask? integer bit mask of groups
---@field hidden? boolean hidden from lists
---@field home_liveboard? thoughtspot.NamedObject Liveboard of the home page
---@field incomplete_details? table<string, any> which details were left out
---@field is_first_login? boolean the user has not logged in before
---@field modification_time_in_millis? number time of the last change, milliseconds since the epoch
---@field modifier_id? string GUID of who made the last change
---@field notify_on_share? boolean send an e-mail when something is shared with the user
---@field onboarding_experience_completed? boolean the user has completed the introduction
---@field orgs? thoughtspot.Org[] orgs of the user
---@field owner_id? string GUID of the owner
---@field parent_type? thoughtspot.UserParentType|string kind of parent
---@field privileges? string[] privileges of the user
---@field show_onboarding_experience? boolean offer the introduction to the user
---@field super_user? boolean has every right
---@field system_user? boolean belongs to the system
---@field tags? thoughtspot.NamedObject[] tags
---@field tenant_id? string GUID of the tenant
---@field user_groups? thoughtspot.NamedObject[] groups of the user
---@field user_inherited_groups? thoughtspot.NamedObject[] groups by inheritance
---@field welcome_email_sent? boolean the welcome mail was sent
---@field org_privileges? table<string, any> privileges by org
---@field preferred_locale? string language and region of the user interface
---@field use_browser_language? boolean follow the browser's language, which overrides preferred_locale
---@field extended_properties? table<string, any> free-form properties of the user
---@field extended_preferences? table<string, any> free-form preferences of the user
---@field user_parameters? table<string, any> parameters of the session
---@field access_control_properties? table<string, any> access control of the session
---@field variable_values? table<string, any> values of formula variables by org

---@class thoughtspot.Org
---@field id integer number of the org
---@field name string name of the org

---@alias thoughtspot.FavoriteItemType
---| "LIVEBOARD"
---| "ANSWER"
---| "LOGICAL_TABLE"
---| "LOGICAL_COLUMN"
---| "CONNECTION"
---| "TAG"
---| "USER"
---| "USER_GROUP"
---| "LOGICAL_RELATIONSHIP"

---@class thoughtspot.FavoriteItem
---@field id string GUID
---@field name string name
---@field type thoughtspot.FavoriteItemType|string kind of object

---@class thoughtspot.NamedObject
---@field id? string GUID
---@field name? string name

---@class thoughtspot.ImportResult
---@field users_added? thoughtspot.ImportResultUser[] users created
---@field users_updated? thoughtspot.ImportResultUser[] users changed
---@field users_deleted? thoughtspot.ImportResultUser[] users deleted

---@class thoughtspot.ImportResultUser
---@field id? string GUID
---@field name string login name

---@class thoughtspot.Activation
---@field activation_link? string link with the token for activate_user, valid 14 days

---@alias thoughtspot.GroupType
---| "LOCAL_GROUP"
---| "LDAP_GROUP"
---| "TEAM_GROUP"
---| "TENANT_GROUP"

---@class thoughtspot.Group
---@field id string GUID
---@field name string name, unique in its org
---@field display_name string name shown in the user interface
---@field visibility thoughtspot.UserVisibility|string whether others find the group when sharing
---@field description? string description
---@field type? thoughtspot.GroupType|string where the group comes from
---@field orgs? thoughtspot.NamedObject[] orgs that have the group
---@field privileges? string[] privileges of the members
---@field users? thoughtspot.NamedObject[] members
---@field sub_groups? thoughtspot.NamedObject[] groups inside the group
---@field roles? thoughtspot.NamedObject[] roles of the members
---@field default_liveboards? thoughtspot.NamedObject[] Liveboards that the members are shown first
---@field system_group? boolean belongs to the system
---@field author_id? string GUID of the creator
---@field modifier_id? string GUID of who made the last change
---@field owner_id? string GUID of the owner
---@field creation_time_in_millis? number time of creation, milliseconds since the epoch
---@field modification_time_in_millis? number time of the last change, milliseconds since the epoch
---@field complete_detail? boolean nothing was left out
---@field deleted? boolean the group is deleted
---@field deprecated? boolean the group is deprecated
---@field external? boolean managed outside of the cluster
---@field hidden? boolean hidden from lists
---@field parent_type? thoughtspot.UserParentType|string kind of parent
---@field tags? thoughtspot.NamedObject[] tags

---@alias thoughtspot.OrgDetailsStatus
---| "ACTIVE"
---| "IN_ACTIVE"

---@alias thoughtspot.OrgDetailsVisibility
---| "SHOW"
---| "HIDDEN"

---@class thoughtspot.OrgDetails
---@field id? integer number of the org
---@field name? string name of the org
---@field status? thoughtspot.OrgDetailsStatus|string whether the org is in use
---@field description? string description
---@field visibility? thoughtspot.OrgDetailsVisibility|string whether the org is shown in lists

---@class thoughtspot.Token
---@field token string bearer token
---@field creation_time_in_millis number time of creation, milliseconds since the epoch
---@field expiration_time_in_millis number time of expiry, milliseconds since the epoch
---@field scope thoughtspot.Scope scope of the token
---@field valid_for_user_id string GUID of the user of the token
---@field valid_for_username string name of the user of the token

---@class thoughtspot.Scope
---@field access_type string kind of access
---@field org_id? integer number of the org in which the token acts
---@field metadata_id? string object to which the token is limited

---@class thoughtspot.TokenValidation
---@field creation_time_in_millis number time of creation, milliseconds since the epoch
---@field expiration_time_in_millis number time of expiry, milliseconds since the epoch
---@field scope thoughtspot.Scope scope of the token
---@field valid_for_user_id string GUID of the user of the token
---@field token_type string kind of token

---@class thoughtspot.SessionToken
---@field token string bearer token
---@field creation_time_in_millis number time of creation, milliseconds since the epoch
---@field expiration_time_in_millis number time of expiry, milliseconds since the epoch
---@field valid_for_user_id string GUID of the user of the token
---@field valid_for_username string name of the user of the token

---@alias thoughtspot.SearchUsersRequestPrivileges
---| "ADMINISTRATION"
---| "AUTHORING"
---| "USERDATAUPLOADING"
---| "DATADOWNLOADING"
---| "USERMANAGEMENT"
---| "DATAMANAGEMENT"
---| "SHAREWITHALL"
---| "JOBSCHEDULING"
---| "A3ANALYSIS"
---| "EXPERIMENTALFEATUREPRIVILEGE"
---| "BYPASSRLS"
---| "RANALYSIS"
---| "DEVELOPER"
---| "USER_ADMINISTRATION"
---| "GROUP_ADMINISTRATION"
---| "SYNCMANAGEMENT"
---| "CAN_CREATE_CATALOG"
---| "DISABLE_PINBOARD_CREATION"
---| "LIVEBOARD_VERIFIER"
---| "PREVIEW_THOUGHTSPOT_SAGE"
---| "APPLICATION_ADMINISTRATION"
---| "SYSTEM_INFO_ADMINISTRATION"
---| "ORG_ADMINISTRATION"
---| "ROLE_ADMINISTRATION"
---| "AUTHENTICATION_ADMINISTRATION"
---| "BILLING_INFO_ADMINISTRATION"
---| "CAN_MANAGE_CUSTOM_CALENDAR"
---| "CAN_CREATE_OR_EDIT_CONNECTIONS"
---| "CAN_MANAGE_WORKSHEET_VIEWS_TABLES"
---| "CAN_MANAGE_VERSION_CONTROL"
---| "THIRDPARTY_ANALYSIS"
---| "ALLOW_NON_EMBED_FULL_APP_ACCESS"
---| "CAN_ACCESS_ANALYST_STUDIO"
---| "CAN_MANAGE_ANALYST_STUDIO"
---| "PREVIEW_DOCUMENT_SEARCH"
---| "CAN_MODIFY_FOLDERS"
---| "CAN_MANAGE_VARIABLES"
---| "CAN_VIEW_FOLDERS"
---| "CAN_MANAGE_AGENTSPOT"
---| "CAN_ACCESS_AGENTSPOT"
---| "CAN_SETUP_VERSION_CONTROL"
---| "CAN_MANAGE_WEBHOOKS"
---| "CAN_DOWNLOAD_VISUALS"
---| "CAN_DOWNLOAD_DETAILED_DATA"
---| "CAN_USE_SPOTTER"
---| "CAN_MANAGE_SPOTTER"

---@class thoughtspot.SearchUsersRequest
---@field user_identifier? string user (name or GUID), exactly
---@field display_name? string display name, exactly
---@field name_pattern? string pattern for the whole name; % matches any characters
---@field visibility? thoughtspot.UserVisibility whether others find the user when sharing
---@field email? string e-mail address
---@field group_identifiers? string[] groups (names or GUIDs), any of them
---@field privileges? thoughtspot.SearchUsersRequestPrivileges[] privileges, any of them
---@field account_type? thoughtspot.UserAccountType how the user signs in
---@field account_status? thoughtspot.UserAccountStatus whether the user may sign in
---@field notify_on_share? boolean|thoughtspot.Null send an e-mail when something is shared with the user
---@field show_onboarding_experience? boolean|thoughtspot.Null offer the introduction to the user
---@field onboarding_experience_completed? boolean|thoughtspot.Null the user has completed the introduction
---@field org_identifiers? string[] orgs (names or ids), any of them
---@field home_liveboard_identifier? string Liveboard shown on the home page (name or GUID)
---@field favorite_metadata? thoughtspot.Favorite[] favourite Liveboards and Answers
---@field record_offset? integer rows to skip; when absent: 0
---@field record_size? integer rows to return, -1 for all; when absent: 10
---@field sort_options? thoughtspot.SortOptions|thoughtspot.Null order of the rows
---@field role_identifiers? string[] roles (names or GUIDs), any of them
---@field include_favorite_metadata? boolean|thoughtspot.Null return the favourites too; when absent: false
---@field include_variable_values? boolean|thoughtspot.Null return the values of formula variables too; when absent: false
---@field [string] thoughtspot.NoSuchField

---@alias thoughtspot.FavoriteType
---| "LIVEBOARD"
---| "ANSWER"

---@class thoughtspot.Favorite
---@field identifier? string|thoughtspot.Null name or GUID
---@field type? thoughtspot.FavoriteType|thoughtspot.Null kind of object, required if identifier is a name
---@field [string] thoughtspot.NoSuchField

---@alias thoughtspot.SortOptionsFieldName
---| "NAME"
---| "DISPLAY_NAME"
---| "AUTHOR"
---| "CREATED"
---| "MODIFIED"

---@alias thoughtspot.SortOptionsOrder
---| "ASC"
---| "DESC"

---@class thoughtspot.SortOptions
---@field field_name? thoughtspot.SortOptionsFieldName|thoughtspot.Null column to sort by
---@field order? thoughtspot.SortOptionsOrder|thoughtspot.Null direction
---@field [string] thoughtspot.NoSuchField

---@alias thoughtspot.CreateUserRequestPreferredLocale
---| "en-CA"
---| "en-GB"
---| "en-US"
---| "de-DE"
---| "ja-JP"
---| "zh-CN"
---| "pt-BR"
---| "fr-FR"
---| "fr-CA"
---| "es-US"
---| "da-DK"
---| "es-ES"
---| "fi-FI"
---| "sv-SE"
---| "nb-NO"
---| "pt-PT"
---| "nl-NL"
---| "it-IT"
---| "ru-RU"
---| "en-IN"
---| "de-CH"
---| "en-NZ"
---| "es-MX"
---| "en-AU"
---| "zh-Hant"
---| "ko-KR"
---| "en-DE"

---@class thoughtspot.CreateUserRequest
---@field name string login name, unique in the cluster
---@field display_name string name shown in the user interface
---@field password? string password of the account
---@field email string e-mail address
---@field account_type? thoughtspot.UserAccountType how the user signs in; when absent: LOCAL_USER
---@field account_status? thoughtspot.UserAccountStatus whether the user may sign in; when absent: ACTIVE
---@field org_identifiers? string[] orgs (ids)
---@field group_identifiers? string[] groups (names or GUIDs)
---@field visibility? thoughtspot.UserVisibility whether others find the user when sharing; when absent: SHARABLE
---@field notify_on_share? boolean|thoughtspot.Null send an e-mail when something is shared with the user; when absent: true
---@field show_onboarding_experience? boolean|thoughtspot.Null offer the introduction to the user; when absent: true
---@field onboarding_experience_completed? boolean|thoughtspot.Null the user has completed the introduction; when absent: false
---@field home_liveboard_identifier? string Liveboard shown on the home page (GUID)
---@field favorite_metadata? thoughtspot.Favorite[] favourite Liveboards and Answers
---@field preferred_locale? thoughtspot.CreateUserRequestPreferredLocale language and region of the user interface
---@field use_browser_language? boolean|thoughtspot.Null follow the browser's language, which overrides preferred_locale
---@field extended_properties? table<string, any> free-form properties of the user
---@field extended_preferences? table<string, any> free-form preferences of the user
---@field trigger_welcome_email? boolean|thoughtspot.Null send a welcome mail (clusters without IAM)
---@field trigger_activation_email? boolean|thoughtspot.Null send an activation mail (IAMv2); set a password if this is false
---@field [string] thoughtspot.NoSuchField

---@alias thoughtspot.UpdateUserRequestOperation
---| "ADD"
---| "REMOVE"
---| "REPLACE"

---@class thoughtspot.UpdateUserRequest
---@field name? string login name, unique in the cluster
---@field display_name? string name shown in the user interface
---@field visibility? thoughtspot.UserVisibility whether others find the user when sharing
---@field email? string e-mail address
---@field account_status? thoughtspot.UserAccountStatus whether the user may sign in
---@field notify_on_share? boolean|thoughtspot.Null send an e-mail when something is shared with the user
---@field show_onboarding_experience? boolean|thoughtspot.Null offer the introduction to the user
---@field onboarding_experience_completed? boolean|thoughtspot.Null the user has completed the introduction
---@field account_type? thoughtspot.UserAccountType how the user signs in
---@field group_identifiers? string[] groups (names or GUIDs)
---@field home_liveboard_identifier? string Liveboard shown on the home page (GUID)
---@field favorite_metadata? thoughtspot.Favorite[] favourite Liveboards and Answers
---@field org_identifiers? string[] orgs (ids)
---@field operation? thoughtspot.UpdateUserRequestOperation how groups and orgs are applied: REPLACE removes the user from all others; when absent: REPLACE
---@field preferred_locale? thoughtspot.CreateUserRequestPreferredLocale language and region of the user interface
---@field use_browser_language? boolean|thoughtspot.Null follow the browser's language, which overrides preferred_locale
---@field extended_properties? table<string, any> free-form properties of the user
---@field extended_preferences? table<string, any> free-form preferences of the user
---@field [string] thoughtspot.NoSuchField

---@class thoughtspot.ImportUsersRequest
---@field users thoughtspot.ImportUser[] users to create or change
---@field default_password? string password for created users that have none
---@field dry_run? boolean|thoughtspot.Null only report what would change; false does it; when absent: true
---@field delete_unspecified_users? boolean|thoughtspot.Null delete every user that is not in the list; when absent: false
---@field [string] thoughtspot.NoSuchField

---@class thoughtspot.ImportUser
---@field user_identifier string user (name or GUID)
---@field display_name string name shown in the user interface
---@field password? string|thoughtspot.Null password of the account
---@field account_type? thoughtspot.UserAccountType|thoughtspot.Null how the user signs in
---@field account_status? thoughtspot.UserAccountStatus|thoughtspot.Null whether the user may sign in
---@field email? string|thoughtspot.Null e-mail address
---@field org_identifiers? string[]|thoughtspot.Null orgs (names or ids)
---@field group_identifiers? string[]|thoughtspot.Null groups (names or GUIDs)
---@field visibility? thoughtspot.UserVisibility|thoughtspot.Null whether others find the user when sharing
---@field notify_on_share? boolean|thoughtspot.Null send an e-mail when something is shared with the user; when absent: true
---@field show_onboarding_experience? boolean|thoughtspot.Null offer the introduction to the user
---@field onboarding_experience_completed? boolean|thoughtspot.Null the user has completed the introduction
---@field home_liveboard_identifier? string|thoughtspot.Null Liveboard shown on the home page (name or GUID)
---@field favorite_metadata? thoughtspot.Favorite[]|thoughtspot.Null favourite Liveboards and Answers
---@field preferred_locale? thoughtspot.CreateUserRequestPreferredLocale|thoughtspot.Null language and region of the user interface
---@field use_browser_language? boolean|thoughtspot.Null follow the browser's language, which overrides preferred_locale
---@field [string] thoughtspot.NoSuchField

---@class thoughtspot.ChangeUserPasswordRequest
---@field current_password string current password of the user
---@field new_password string new password of the user
---@field user_identifier string user (name or GUID)
---@field [string] thoughtspot.NoSuchField

---@class thoughtspot.ResetUserPasswordRequest
---@field new_password string new password of the user
---@field user_identifier string user (name or GUID)
---@field [string] thoughtspot.NoSuchField

---@class thoughtspot.ActivateUserRequest
---@field activation_link? string the link that deactivate_user returned, instead of user_identifier and auth_token; it is not sent
---@field user_identifier? string user (name or GUID); when absent: the user of activation_link
---@field auth_token? string token of an activation link: the part after token=; when absent: the token of activation_link
---@field password string new password of the user
---@field properties? string properties of the user, as one string
---@field [string] thoughtspot.NoSuchField

---@class thoughtspot.DeactivateUserRequest
---@field user_identifier string user (name or GUID)
---@field base_url? string address of the cluster, the start of the activation link; when absent: the client's host
---@field [string] thoughtspot.NoSuchField

---@class thoughtspot.ForceLogoutUsersRequest
---@field user_identifiers string[] users (names or GUIDs), at least one: to the cluster an empty list means all
---@field [string] thoughtspot.NoSuchField

---@class thoughtspot.ForceLogoutAllUsersRequest
---@field confirm string the host of the client, as given to it
---@field [string] thoughtspot.NoSuchField

---@class thoughtspot.SearchGroupsRequest
---@field group_identifier? string group (name or GUID), exactly
---@field name_pattern? string pattern for the whole name; % matches any characters
---@field display_name? string display name, exactly
---@field description? string description
---@field type? thoughtspot.GroupType where the group comes from
---@field visibility? thoughtspot.UserVisibility whether others find the group when sharing
---@field org_identifiers? string[] orgs (names or ids), any of them
---@field user_identifiers? string[] members (names or GUIDs), any of them
---@field sub_group_identifiers? string[] groups inside (names or GUIDs), any of them
---@field privileges? thoughtspot.SearchUsersRequestPrivileges[] privileges, any of them
---@field role_identifiers? string[] roles (names or GUIDs), any of them
---@field default_liveboard_identifiers? string[] Liveboards that the members are shown first (GUIDs)
---@field record_offset? integer rows to skip; when absent: 0
---@field record_size? integer rows to return, -1 for all; when absent: 10
---@field sort_options? thoughtspot.SortOptions|thoughtspot.Null order of the rows
---@field include_users? boolean|thoughtspot.Null return the members too (clusters since 10.10.0.cl); when absent: true
---@field include_sub_groups? boolean|thoughtspot.Null return the groups inside too (clusters since 10.10.0.cl); when absent: true
---@field [string] thoughtspot.NoSuchField

---@class thoughtspot.SearchOrgsRequest
---@field org_identifier? string org (name or id)
---@field description? string description
---@field visibility? thoughtspot.OrgDetailsVisibility whether the org is shown in lists
---@field status? thoughtspot.OrgDetailsStatus whether the org is in use
---@field user_identifiers? string[] users (names or GUIDs) whose orgs are returned
---@field [string] thoughtspot.NoSuchField

---@class thoughtspot.GetFullAccessTokenRequest
---@field username string login name of the user
---@field password? string password of the account
---@field secret_key? string secret key of trusted authentication
---@field validity_time_in_sec? integer lifetime of the token in seconds; when absent: 300
---@field org_id? integer number of the org to act in
---@field email? string e-mail address of a user created by auto_create
---@field display_name? string display name of a user created by auto_create
---@field auto_create? boolean|thoughtspot.Null create the user if missing; replaces the groups each time a token is minted; when absent: false
---@field group_identifiers? string[] groups of a user created by auto_create
---@field user_parameters? thoughtspot.UserParameters|thoughtspot.Null runtime filters, sorts and parameters of the session
---@field [string] thoughtspot.NoSuchField

---@class thoughtspot.UserParameters
---@field objects? thoughtspot.ParameterObject[]|thoughtspot.Null tables to which it applies
---@field runtime_filters? thoughtspot.RuntimeFilter[]|thoughtspot.Null filters of the session
---@field runtime_sorts? thoughtspot.RuntimeSort[]|thoughtspot.Null sorts of the session
---@field parameters? thoughtspot.RuntimeParameter[]|thoughtspot.Null parameters of the session
---@field [string] thoughtspot.NoSuchField

---@alias thoughtspot.ParameterObjectType
---| "LOGICAL_TABLE"

---@class thoughtspot.ParameterObject
---@field type? thoughtspot.ParameterObjectType|thoughtspot.Null kind of object
---@field identifier string name or GUID of the table
---@field [string] thoughtspot.NoSuchField

---@alias thoughtspot.RuntimeFilterOperator
---| "EQ"
---| "NE"
---| "LT"
---| "LE"
---| "GT"
---| "GE"
---| "IN"
---| "BW"
---| "CONTAINS"
---| "BEGINS_WITH"
---| "ENDS_WITH"
---| "BW_INC"
---| "BW_INC_MIN"
---| "BW_INC_MAX"
---| "LIKE"
---| "NOT_IN"

---@class thoughtspot.RuntimeFilter
---@field column_name string column
---@field values string[] values
---@field operator thoughtspot.RuntimeFilterOperator comparison
---@field persist? boolean|thoughtspot.Null keep it beyond the session; when absent: false
---@field objects? thoughtspot.ParameterObject[]|thoughtspot.Null tables to which it applies
---@field [string] thoughtspot.NoSuchField

---@class thoughtspot.RuntimeSort
---@field column_name? string|thoughtspot.Null column
---@field order? thoughtspot.SortOptionsOrder|thoughtspot.Null direction
---@field persist? boolean|thoughtspot.Null keep it beyond the session; when absent: false
---@field objects? thoughtspot.ParameterObject[]|thoughtspot.Null tables to which it applies
---@field [string] thoughtspot.NoSuchField

---@class thoughtspot.RuntimeParameter
---@field name string parameter
---@field values string[] values
---@field persist? boolean|thoughtspot.Null keep it beyond the session; when absent: false
---@field objects? thoughtspot.ParameterObject[]|thoughtspot.Null tables to which it applies
---@field [string] thoughtspot.NoSuchField

---@class thoughtspot.ValidateTokenRequest
---@field token string token to check
---@field [string] thoughtspot.NoSuchField

---@class thoughtspot.RevokeTokenRequest
---@field user_identifier? string user whose tokens are revoked (name or GUID)
---@field token? string token to revoke
---@field [string] thoughtspot.NoSuchField

---@alias thoughtspot.RequestMethod
---| "GET"
---| "POST"
---| "PUT"
---| "PATCH"
---| "DELETE"

---@alias thoughtspot.RequestReply
---| "object"
---| "list"
---| "none"

---@class thoughtspot.Request
---@field method? thoughtspot.RequestMethod HTTP method; when absent: POST
---@field path string the part after /api/rest/2.0/, not percent-encoded
---@field body? table<string, any> content, sent as JSON; an empty table is an object unless it is a thoughtspot.list
---@field reply? thoughtspot.RequestReply type of the reply: an object, a list of objects, or nothing that matters; when absent: object
---@field safe? boolean true: the call changes nothing, so it is retried after any transient failure; when absent: false
---@field [string] thoughtspot.NoSuchField

---A row of a source: user_identifier or id is required, and for new users
---display_name and email.
---@class thoughtspot.SyncPerson
---@field user_identifier? string user (name or GUID)
---@field display_name? string name shown in the user interface
---@field password? string|thoughtspot.Null password of the account
---@field account_type? thoughtspot.UserAccountType|thoughtspot.Null how the user signs in
---@field account_status? thoughtspot.UserAccountStatus|thoughtspot.Null whether the user may sign in
---@field email? string|thoughtspot.Null e-mail address
---@field org_identifiers? string[]|thoughtspot.Null|string orgs (names or ids)
---@field group_identifiers? string[]|thoughtspot.Null|string groups (names or GUIDs)
---@field visibility? thoughtspot.UserVisibility|thoughtspot.Null whether others find the user when sharing
---@field notify_on_share? boolean|thoughtspot.Null send an e-mail when something is shared with the user
---@field show_onboarding_experience? boolean|thoughtspot.Null offer the introduction to the user
---@field onboarding_experience_completed? boolean|thoughtspot.Null the user has completed the introduction
---@field home_liveboard_identifier? string|thoughtspot.Null Liveboard shown on the home page (name or GUID)
---@field favorite_metadata? thoughtspot.Favorite[]|thoughtspot.Null favourite Liveboards and Answers
---@field preferred_locale? thoughtspot.CreateUserRequestPreferredLocale|thoughtspot.Null language and region of the user interface
---@field use_browser_language? boolean|thoughtspot.Null follow the browser's language, which overrides preferred_locale
---@field id? string GUID of the user
---@field trigger_activation_email? boolean only for new users
---@field trigger_welcome_email? boolean only for new users
---@field created? string a column of an export, ignored
---@field changed? string a column of an export, ignored
---@field first_login? string a column of an export, ignored
---@field [string] thoughtspot.NoSuchField

---Finds users, one page of them: ten unless record_size is given. Some properties are visible only to administrators.
---
---`POST /api/rest/2.0/users/search`, in clusters since 9.0.0.cl.
---@param request? thoughtspot.SearchUsersRequest
---@param options? thoughtspot.CallOptions
---@return thoughtspot.User[]? result
---@return thoughtspot.Error err
function Client:search_users(request, options) end

---Creates a user.
---
---`POST /api/rest/2.0/users/create`, in clusters since 9.0.0.cl.
---Needs the privilege ADMINISTRATION, or USER_ADMINISTRATION if the cluster has RBAC.
---@param request thoughtspot.CreateUserRequest
---@param options? thoughtspot.CallOptions
---@return thoughtspot.User? result
---@return thoughtspot.Error err
function Client:create_user(request, options) end

---Changes a user; replaces groups and orgs unless operation is ADD or REMOVE.
---
---`POST /api/rest/2.0/users/{user_identifier}/update`, in clusters since 9.0.0.cl.
---Needs the privilege ADMINISTRATION, or USER_ADMINISTRATION if the cluster has RBAC.
---@param user_identifier string user (name or GUID)
---@param request? thoughtspot.UpdateUserRequest
---@param options? thoughtspot.CallOptions
---@return true? result
---@return thoughtspot.Error err
function Client:update_user(user_identifier, request, options) end

---Deletes a user.
---
---`POST /api/rest/2.0/users/{user_identifier}/delete`, in clusters since 9.0.0.cl.
---Needs the privilege ADMINISTRATION, or USER_ADMINISTRATION if the cluster has RBAC.
---@param user_identifier string user (name or GUID)
---@param options? thoughtspot.CallOptions
---@return true? result
---@return thoughtspot.Error err
function Client:delete_user(user_identifier, options) end

---Creates and changes many users; a dry run, which changes nothing, unless dry_run is false.
---
---`POST /api/rest/2.0/users/import`, in clusters since 9.0.0.cl.
---Needs the privilege ADMINISTRATION, or USER_ADMINISTRATION if the cluster has RBAC.
---@param request thoughtspot.ImportUsersRequest
---@param options? thoughtspot.CallOptions
---@return thoughtspot.ImportResult? result
---@return thoughtspot.Error err
function Client:import_users(request, options) end

---Changes a password, given the current one.
---
---`POST /api/rest/2.0/users/change-password`, in clusters since 9.0.0.cl.
---Needs the privilege ADMINISTRATION, or USER_ADMINISTRATION if the cluster has RBAC.
---@param request thoughtspot.ChangeUserPasswordRequest
---@param options? thoughtspot.CallOptions
---@return true? result
---@return thoughtspot.Error err
function Client:change_user_password(request, options) end

---Sets the password of a user, as an administrator.
---
---`POST /api/rest/2.0/users/reset-password`, in clusters since 9.0.0.cl.
---Needs the privilege ADMINISTRATION, or USER_ADMINISTRATION if the cluster has RBAC.
---@param request thoughtspot.ResetUserPasswordRequest
---@param options? thoughtspot.CallOptions
---@return true? result
---@return thoughtspot.Error err
function Client:reset_user_password(request, options) end

---Activates a user, with the link that deactivate_user returned.
---
---`POST /api/rest/2.0/users/activate`, in clusters since 9.7.0.cl.
---Needs the privilege ADMINISTRATION, or USER_ADMINISTRATION if the cluster has RBAC.
---@param request thoughtspot.ActivateUserRequest
---@param options? thoughtspot.CallOptions
---@return thoughtspot.User? result
---@return thoughtspot.Error err
function Client:activate_user(request, options) end

---Deactivates a user and returns a link to activate it again.
---
---`POST /api/rest/2.0/users/deactivate`, in clusters since 9.7.0.cl.
---Needs the privilege ADMINISTRATION, or USER_ADMINISTRATION if the cluster has RBAC.
---@param request thoughtspot.DeactivateUserRequest
---@param options? thoughtspot.CallOptions
---@return thoughtspot.Activation? result
---@return thoughtspot.Error err
function Client:deactivate_user(request, options) end

---Logs out the users in a list, which must not be empty.
---
---`POST /api/rest/2.0/users/force-logout`, in clusters since 9.0.0.cl.
---Needs the privilege ADMINISTRATION, or USER_ADMINISTRATION if the cluster has RBAC.
---@param request thoughtspot.ForceLogoutUsersRequest
---@param options? thoughtspot.CallOptions
---@return true? result
---@return thoughtspot.Error err
function Client:force_logout_users(request, options) end

---Logs out every user of the cluster, including the caller.
---
---`POST /api/rest/2.0/users/force-logout`, in clusters since 9.0.0.cl.
---Needs the privilege ADMINISTRATION, or USER_ADMINISTRATION if the cluster has RBAC.
---@param request thoughtspot.ForceLogoutAllUsersRequest
---@param options? thoughtspot.CallOptions
---@return true? result
---@return thoughtspot.Error err
function Client:force_logout_all_users(request, options) end

---Finds groups, one page of them: ten unless record_size is given. Some properties are visible only to administrators.
---
---`POST /api/rest/2.0/groups/search`, in clusters since 9.0.0.cl.
---@param request? thoughtspot.SearchGroupsRequest
---@param options? thoughtspot.CallOptions
---@return thoughtspot.Group[]? result
---@return thoughtspot.Error err
function Client:search_groups(request, options) end

---Finds orgs: all of them unless the request filters.
---
---`POST /api/rest/2.0/orgs/search`, in clusters since 9.0.0.cl.
---Needs the privilege ADMINISTRATION, or ORG_ADMINISTRATION if the cluster has RBAC.
---@param request? thoughtspot.SearchOrgsRequest
---@param options? thoughtspot.CallOptions
---@return thoughtspot.OrgDetails[]? result
---@return thoughtspot.Error err
function Client:search_orgs(request, options) end

---Mints a token for a user.
---
---`POST /api/rest/2.0/auth/token/full`, in clusters since 9.0.0.cl.
---@param request thoughtspot.GetFullAccessTokenRequest
---@param options? thoughtspot.CallOptions
---@return thoughtspot.Token? result
---@return thoughtspot.Error err
function Client:get_full_access_token(request, options) end

---Returns the user of a token, and how long it is valid.
---
---`POST /api/rest/2.0/auth/token/validate`, in clusters since 9.12.0.cl.
---@param request thoughtspot.ValidateTokenRequest
---@param options? thoughtspot.CallOptions
---@return thoughtspot.TokenValidation? result
---@return thoughtspot.Error err
function Client:validate_token(request, options) end

---Revokes a token, or the tokens of a user.
---
---`POST /api/rest/2.0/auth/token/revoke`, in clusters since 9.0.0.cl.
---@param request? thoughtspot.RevokeTokenRequest
---@param options? thoughtspot.CallOptions
---@return true? result
---@return thoughtspot.Error err
function Client:revoke_token(request, options) end

---Returns the user of the client's token.
---
---`GET /api/rest/2.0/auth/session/user`, in clusters since 9.0.0.cl.
---@param options? thoughtspot.CallOptions
---@return thoughtspot.User? result
---@return thoughtspot.Error err
function Client:get_current_user_info(options) end

---Returns a new token, valid for 24 hours, for the same user.
---
---`GET /api/rest/2.0/auth/session/token`, in clusters since 9.4.0.cl.
---@param options? thoughtspot.CallOptions
---@return thoughtspot.SessionToken? result
---@return thoughtspot.Error err
function Client:get_current_user_token(options) end

---Makes a call for each of many items, several at a time.
---@param endpoint thoughtspot.EndpointName|"request"
---@param items any[]|(fun(): any, any) what the method takes: a request, an identifier, or { identifier, request }
---@param options? thoughtspot.BatchOptions
---@return thoughtspot.BatchReport? report
---@return any err
---@return thoughtspot.BatchReport? report_so_far
---@overload fun(self: thoughtspot.Client, endpoint: "search_users", items: thoughtspot.SearchUsersRequest[]|(fun(): thoughtspot.SearchUsersRequest?, any), options?: thoughtspot.BatchOptions): thoughtspot.BatchReport?, any, thoughtspot.BatchReport?
---@overload fun(self: thoughtspot.Client, endpoint: "create_user", items: thoughtspot.CreateUserRequest[]|(fun(): thoughtspot.CreateUserRequest?, any), options?: thoughtspot.BatchOptions): thoughtspot.BatchReport?, any, thoughtspot.BatchReport?
---@overload fun(self: thoughtspot.Client, endpoint: "update_user", items: [string, thoughtspot.UpdateUserRequest][]|(fun(): [string, thoughtspot.UpdateUserRequest]?, any), options?: thoughtspot.BatchOptions): thoughtspot.BatchReport?, any, thoughtspot.BatchReport?
---@overload fun(self: thoughtspot.Client, endpoint: "delete_user", items: string[]|(fun(): string?, any), options?: thoughtspot.BatchOptions): thoughtspot.BatchReport?, any, thoughtspot.BatchReport?
---@overload fun(self: thoughtspot.Client, endpoint: "import_users", items: thoughtspot.ImportUsersRequest[]|(fun(): thoughtspot.ImportUsersRequest?, any), options?: thoughtspot.BatchOptions): thoughtspot.BatchReport?, any, thoughtspot.BatchReport?
---@overload fun(self: thoughtspot.Client, endpoint: "change_user_password", items: thoughtspot.ChangeUserPasswordRequest[]|(fun(): thoughtspot.ChangeUserPasswordRequest?, any), options?: thoughtspot.BatchOptions): thoughtspot.BatchReport?, any, thoughtspot.BatchReport?
---@overload fun(self: thoughtspot.Client, endpoint: "reset_user_password", items: thoughtspot.ResetUserPasswordRequest[]|(fun(): thoughtspot.ResetUserPasswordRequest?, any), options?: thoughtspot.BatchOptions): thoughtspot.BatchReport?, any, thoughtspot.BatchReport?
---@overload fun(self: thoughtspot.Client, endpoint: "activate_user", items: thoughtspot.ActivateUserRequest[]|(fun(): thoughtspot.ActivateUserRequest?, any), options?: thoughtspot.BatchOptions): thoughtspot.BatchReport?, any, thoughtspot.BatchReport?
---@overload fun(self: thoughtspot.Client, endpoint: "deactivate_user", items: thoughtspot.DeactivateUserRequest[]|(fun(): thoughtspot.DeactivateUserRequest?, any), options?: thoughtspot.BatchOptions): thoughtspot.BatchReport?, any, thoughtspot.BatchReport?
---@overload fun(self: thoughtspot.Client, endpoint: "force_logout_users", items: thoughtspot.ForceLogoutUsersRequest[]|(fun(): thoughtspot.ForceLogoutUsersRequest?, any), options?: thoughtspot.BatchOptions): thoughtspot.BatchReport?, any, thoughtspot.BatchReport?
---@overload fun(self: thoughtspot.Client, endpoint: "force_logout_all_users", items: thoughtspot.ForceLogoutAllUsersRequest[]|(fun(): thoughtspot.ForceLogoutAllUsersRequest?, any), options?: thoughtspot.BatchOptions): thoughtspot.BatchReport?, any, thoughtspot.BatchReport?
---@overload fun(self: thoughtspot.Client, endpoint: "search_groups", items: thoughtspot.SearchGroupsRequest[]|(fun(): thoughtspot.SearchGroupsRequest?, any), options?: thoughtspot.BatchOptions): thoughtspot.BatchReport?, any, thoughtspot.BatchReport?
---@overload fun(self: thoughtspot.Client, endpoint: "search_orgs", items: thoughtspot.SearchOrgsRequest[]|(fun(): thoughtspot.SearchOrgsRequest?, any), options?: thoughtspot.BatchOptions): thoughtspot.BatchReport?, any, thoughtspot.BatchReport?
---@overload fun(self: thoughtspot.Client, endpoint: "get_full_access_token", items: thoughtspot.GetFullAccessTokenRequest[]|(fun(): thoughtspot.GetFullAccessTokenRequest?, any), options?: thoughtspot.BatchOptions): thoughtspot.BatchReport?, any, thoughtspot.BatchReport?
---@overload fun(self: thoughtspot.Client, endpoint: "validate_token", items: thoughtspot.ValidateTokenRequest[]|(fun(): thoughtspot.ValidateTokenRequest?, any), options?: thoughtspot.BatchOptions): thoughtspot.BatchReport?, any, thoughtspot.BatchReport?
---@overload fun(self: thoughtspot.Client, endpoint: "revoke_token", items: thoughtspot.RevokeTokenRequest[]|(fun(): thoughtspot.RevokeTokenRequest?, any), options?: thoughtspot.BatchOptions): thoughtspot.BatchReport?, any, thoughtspot.BatchReport?
---@overload fun(self: thoughtspot.Client, endpoint: "request", items: thoughtspot.Request[]|(fun(): thoughtspot.Request?, any), options?: thoughtspot.BatchOptions): thoughtspot.BatchReport?, any, thoughtspot.BatchReport?
function Client:batch(endpoint, items, options) end

-- end derived

---@class thoughtspot
---@field _VERSION string
---@field null thoughtspot.Null
local thoughtspot = {}

---Marks a table as a list, so that it is a list in JSON even if it is
---empty. Without the mark, an empty table in a free-form value, such as
---extended_properties, is an object.
---@param items? table
---@return table
function thoughtspot.list(items) end

---Creates a client; sends nothing.
---@param options thoughtspot.Options
---@return thoughtspot.Client? client
---@return thoughtspot.Error err kind "argument"
function thoughtspot.new(options) end

---Creates a client from THOUGHTSPOT_HOST and the other variables.
---@param overrides? thoughtspot.Overrides options that take precedence over the environment
---@return thoughtspot.Client? client
---@return thoughtspot.Error err kind "argument"
function thoughtspot.from_env(overrides) end

---Writes an event of a client to standard error, or in nginx to the error
---log; for the option on_event. THOUGHTSPOT_DEBUG=1 sets it for all
---clients.
---@param event thoughtspot.Event
function thoughtspot.log(event) end

---Describes what an endpoint takes and returns; print() shows it as text.
---@param name thoughtspot.EndpointName|string an endpoint, or a table that one takes or returns
---@return thoughtspot.EndpointDescription|thoughtspot.TableDescription|nil
---@return thoughtspot.Error err
---@overload fun(): string[]
function thoughtspot.describe(name) end

---Creates a function for the option on_progress, which shows the progress.
---@param options? thoughtspot.ProgressOptions
---@return fun(done: integer, total: integer?)
function thoughtspot.progress(options) end

---A ThoughtSpot in memory for testing scripts: a transport.
---@param options? thoughtspot.SandboxOptions
---@return thoughtspot.Sandbox
function thoughtspot.sandbox(options) end

---@class resty.thoughtspot.Options: thoughtspot.Options
---@field shared_dict string name of a lua_shared_dict

---@class resty.thoughtspot.Cluster
local Cluster = {}

---Returns the client of this worker, created at the first call.
---@return thoughtspot.Client client
function Cluster:client() end

---@class resty.thoughtspot
local resty = {}

---Prepares the use of a cluster; sends nothing. Invalid options raise a string.
---@param options resty.thoughtspot.Options
---@return resty.thoughtspot.Cluster cluster
function resty.new(options) end

return thoughtspot
