local cjson = require "cjson"
local scrub_model = require "spec.support.scrub_model"
local support = require "spec.support.exchange"

local escapes = {
  ["\195\169"] = "\\u00E9", ["\223\191"] = "\\u07ff",
  ["\226\130\172"] = "\\u20Ac", ["\239\191\189"] = "\\ufffd",
  ["\240\159\152\128"] = "\\ud83d\\uDE00",
}

-- Text as JSON could have it, with every character escaped.
local function escaped(text)
  return (text:gsub("[%z\1-\127]", function(character)
    return ("\\u%04x"):format(character:byte())
  end):gsub("[\194-\244][\128-\191]+", escapes))
end

local function quoted(text)
  return cjson.encode { text }:sub(2, -2)
end

-- Bodies that repeat a secret in every way a server may.
local function bodies_with(secret)
  local inner = '{"password":' .. quoted(secret) .. "}"
  local inner_escaped = '{"password":"' .. escaped(secret) .. '"}'
  return {
    "denied: " .. secret .. " is wrong",
    secret,
    secret .. secret,
    "<html><p>" .. secret .. "</p>",
    cjson.encode { debug = secret },
    cjson.encode { debug = "bad password '" .. secret .. "'" },
    cjson.encode { debug = "a " .. secret .. " b " .. secret },
    '{"debug":"' .. escaped(secret) .. '"}',
    '{"debug":"' .. escaped(secret):upper():gsub("\\U", "\\u") .. '"}',
    cjson.encode { debug = inner },
    cjson.encode { debug = inner_escaped },
    cjson.encode { debug = cjson.encode { debug = inner } },
    cjson.encode { debug = cjson.encode { a = { inner_escaped } } },
    cjson.encode { debug = cjson.encode { secret } },
    cjson.encode { [secret] = 1 },
    '{"' .. escaped(secret) .. '":1,"debug":"x"}',
    cjson.encode { incident_id = secret, trace_id = secret },
    cjson.encode { error = { message = { debug = { debug = secret } } } },
    cjson.encode { request = { password = secret, list = { secret } } },
    cjson.encode { debug = "cut " .. secret, cut = 1 }:sub(1, -3),
  }
end

-- Everything that an error shows, with escapes decoded.
local function shown(err)
  local parts = { tostring(err) }
  for name, value in pairs(err) do
    parts[#parts + 1] = name .. "=" .. tostring(value)
  end
  local all = table.concat(parts, "\n")
  local open = all
  for _ = 1, 5 do
    open = open:gsub("\\u(%x%x%x%x)", function(code)
      local number = tonumber(code, 16)
      return number < 128 and string.char(number) or nil
    end):gsub("\\([\"\\/])", "%1")
  end
  return all .. open
end

local function holds(err, secret)
  local all = shown(err)
  return all:find(secret, 1, true) or all:find(escaped(secret), 1, true)
    or all:find(quoted(secret):sub(2, -2), 1, true)
end

local secrets = { "hunter2-hunter2", 'q"u\\o/te', "tab\there\nline",
  "Zo\195\169 \223\191-\226\130\172-\239\191\189 \240\159\152\128!",
  "%d+.*[a](x)" }

-- Each place that a secret comes from: makes a client and a call with it.
local sources = {
  ["the password that is asked for with"] = function(secret)
    return support.login_client { password = secret }:prepare("search_users")
  end,
  ["the secret key that is asked for with"] = function(secret)
    local client = support.client { username = "admin", secret_key = secret }
    return client:prepare("search_users")
  end,
  ["the password of a client that has its token"] = function(secret)
    local client = support.login_client { password = secret }
    local exchange = client:prepare("search_users")
    support.mint(exchange)
    return exchange
  end,
}
-- Options hold no line end.
local of_options = {}
for source in pairs(sources) do
  of_options[source] = true
end

-- Endpoint = its secret fields.
for endpoint, fields in pairs {
  create_user = { "password" }, import_users = { "default_password" },
  change_user_password = { "current_password", "new_password" },
  reset_user_password = { "new_password" },
  activate_user = { "auth_token", "password" },
  get_full_access_token = { "password", "secret_key" },
  validate_token = { "token" }, revoke_token = { "token" },
} do
  for _, field in ipairs(fields) do
    sources[field .. " of " .. endpoint] = function(secret)
      local client = support.client {}
      local request = { [field] = secret }
      local schema = require "thoughtspot.core".describe(endpoint).request
      for name, value in pairs(support.minimal(schema)) do
        request[name] = request[name] or value
      end
      return assert(client:prepare(endpoint, request))
    end
  end
end
sources["the password of an imported user"] = function(secret)
  return assert(support.client {}:prepare("import_users", { users = {
    { user_identifier = "a", display_name = "b", password = "other-one" },
    { user_identifier = "c", display_name = "d", password = secret } } }))
end

describe("secrets", function()
  for source, call in pairs(sources) do
    it("are not shown: " .. source, function()
      for _, secret in ipairs(secrets) do
        local may_be = not (of_options[source] and secret:find "%c")
        for _, body in ipairs(may_be and bodies_with(secret) or {}) do
          for _, status in ipairs { 400, 500 } do
            local _, err = support.outcome(call(secret), status, body)
            assert.is_nil(holds(err, secret), body)
            assert.is_string(err.body)
          end
        end
      end
    end)
  end

  it("of tokens are not shown, not even the refused one", function()
    local client = support.login_client()
    local exchange = client:prepare("search_users")
    support.mint(exchange, { token = "first-token-of-all" })
    support.answer(exchange, 401, "{}")
    support.mint(exchange, { token = "second-one-of-them" })
    local _, err = support.outcome(exchange, 400,
      '{"debug":"first-token-of-all second-one-of-them"}')
    assert.equal("[secret] [secret]", err.debug)
    assert.equal('{"debug":"[secret] [secret]"}', err.body)
    local _, fixed = support.outcome(support.client { token = "fixed-one" }
      :prepare("search_users"), 400, "Bearer fixed-one")
    assert.equal("Bearer [secret]", fixed.body)
  end)

  it("are not shown in the error of a transport", function()
    local exchange = support.client { token = "fixed-one",
      max_retries = 0 }:prepare("search_users")
    local _, err = support.outcome(exchange, nil, "sent Bearer fixed-one")
    assert.equal("sent Bearer [secret]", err.message)
  end)

  it("are not shown in the target of a redirect", function()
    local exchange = support.client { token = "fixed-one" }
      :prepare("search_users")
    local _, err = support.outcome(exchange, 302, "",
      { Location = "/login?t=fixed-one" })
    assert.equal("the host redirects elsewhere: "
      .. "/login?t=[secret]", err.message)
  end)

  it("are replaced completely when one begins with another", function()
    for _, order in ipairs { { "hunter", "hunter2" },
      { "hunter2", "hunter" } } do
      local exchange = support.client {}:prepare("change_user_password",
        { user_identifier = "ada", current_password = order[1],
          new_password = order[2] })
      local _, err = support.outcome(exchange, 400,
        '{"debug":"hunter2, hunter"}')
      assert.equal("[secret], [secret]", err.debug)
    end
  end)

  it("that are empty hide nothing", function()
    local exchange = support.client {}:prepare("reset_user_password",
      { user_identifier = "ada", new_password = "" })
    local _, err = support.outcome(exchange, 400, '{"debug":"too short"}')
    assert.equal("too short", err.debug)
    assert.equal('{"debug":"too short"}', err.body)
  end)

  it("hide nothing else", function()
    local exchange = support.client { token = "tok" }:prepare(
      "reset_user_password", { user_identifier = "ada",
        new_password = "secret" })
    local body = '{"debug":"\\\\u00 \\"to\\" k [t\\u006fk] secre \\n ada",'
      .. '"x":"\\ud83d\\u0041"}'
    local _, err = support.outcome(exchange, 400, body)
    assert.equal('{"debug":"\\\\u00 \\"to\\" k [[secret]] secre \\n ada",'
      .. '"x":"\\ud83d\\u0041"}', err.body)
  end)

  it("may be many", function()
    local users = {}
    for index = 1, 200 do
      users[index] = { user_identifier = "u" .. index, display_name = "",
        password = "pw-" .. index .. "-pw" }
    end
    local exchange = support.client {}:prepare("import_users",
      { users = users })
    local _, err = support.outcome(exchange, 400,
      '{"debug":"pw-1-pw pw-200-pw pw-201-pw"}')
    assert.equal("[secret] [secret] pw-201-pw", err.debug)
  end)

  it("are found behind any number of backslashes", function()
    local backslashes = ("\\"):rep(30000)
    local exchange = support.client {}:prepare("reset_user_password",
      { user_identifier = "ada", new_password = "hunter2" })
    local _, err = support.outcome(exchange, 400, "a" .. backslashes
      .. "hunter2 b" .. backslashes .. "hunt")
    assert.equal("a[secret] b[secret]", err.body)
  end)

  it("are recognized by a long part", function()
    local secret = ("0123456789"):rep(4)
    local exchange = support.client {}:prepare("reset_user_password",
      { user_identifier = "ada", new_password = secret })
    local _, err = support.outcome(exchange, 400, secret:sub(1, 31) .. " "
      .. secret:sub(1, 32) .. " " .. secret:sub(1, 33) .. "!" .. secret)
    assert.equal(secret:sub(1, 31) .. " [secret] [secret]![secret]",
      err.body)
  end)

  -- The body in the error of a call with this secret.
  local function left_of(body, secret)
    local exchange = support.client {}:prepare("reset_user_password",
      { user_identifier = "ada", new_password = secret })
    local _, err = support.outcome(exchange, 400, body)
    return err.body
  end

  local SECRET = "Hunter?>~2-Hunter"

  it("are found in Base64, wherever they begin, in both alphabets",
    function()
      for written, left in pairs {
        -- ada:…@x, adam:…@x, adam1:…@x; and without what follows
        ["YWRhOkh1bnRlcj8+fjItSHVudGVyQHg="] = "YWRhOk[secret]QHg=",
        ["YWRhOkh1bnRlcj8-fjItSHVudGVyQHg="] = "YWRhOk[secret]QHg=",
        ["YWRhOkh1bnRlcj8+fjItSHVudGVy"] = "YWRhOk[secret]",
        ["YWRhbTpIdW50ZXI/Pn4yLUh1bnRlckB4"] = "YWRhbTp[secret]kB4",
        ["YWRhbTpIdW50ZXI_Pn4yLUh1bnRlckB4"] = "YWRhbTp[secret]kB4",
        ["YWRhbTpIdW50ZXI\\/Pn4yLUh1bnRlcg=="] = "YWRhbTp[secret]g==",
        ["YWRhbTE6SHVudGVyPz5+Mi1IdW50ZXJAeA=="] =
          "YWRhbTE6[secret]JAeA==",
        ["YWRhbTE6SHVudGVyPz5%2BMi1IdW50ZXI%3D"] = "YWRhbTE6[secret]I%3D",
        ["YWRhbTE6SHVudGVyPz5-Mi1IdW50ZXI"] = "YWRhbTE6[secret]I",
      } do
        assert.equal("Basic " .. left .. ".",
          left_of("Basic " .. written .. ".", SECRET))
      end
    end)

  it("are found in either case, backwards and in hexadecimal", function()
    for _, written in ipairs {
      SECRET:upper(), SECRET:lower(), "hUNTER?>~2-hUnTeR",
      "HUNTER\\u003F&gt;~2-HUNTER", SECRET:reverse(),
      SECRET:reverse():upper(), "48756e7465723f3e7e322d48756e746572",
      "48756E7465723F3E7E322D48756E746572",
    } do
      assert.equal("<[secret]>", left_of("<" .. written .. ">", SECRET))
    end
  end)

  it("that are short have no other forms", function()
    assert.equal("[secret] HUNTER2 2retnuh 68756e74657232 aHVudGVyMg==",
      left_of("hunter2 HUNTER2 2retnuh 68756e74657232 aHVudGVyMg==",
        "hunter2"))
  end)

  it("do not hide what merely resembles them", function()
    local body = "SHVudGVyPz5+Mi1IdW50Z hunter?>~2-hunte 48756e7465 hunter"
    assert.equal(body .. ".", left_of(body .. ".", SECRET))
  end)

  it("are found as the model finds them", function()
    local parts = { "a", "b", "c", "d", "u005c", "u0061", "\\", "\\\\",
      "\\u0061", "\\u005c", "\\u005cu0062", "\\u005Cu005c", "\\n", "n", "\n",
      "\\t", "%61", "%5C", "%0a", "%", "%2", "+", " ", "%2B", "&", "&amp;",
      "&quot;", '"', "&lt", "&#97;", "&#x00E9;", "&eacute;", "&bsol;", "&#0;",
      "&#92;", "&#xD83D;", "&nope;", "\\u00e9", "\195\169", "\195", "\\ud83d",
      "\\\\ude00", "\240\159\152\128", "\\ude00", "\\u0000", "ab", "abcd",
      "\\/", "A", "AB", "YWJjZ", "-", "_", "BA", "61", "62" }
    local state = 1
    local function random(most)
      state = state * 48271 % 2147483647
      return state % most + 1
    end
    local function some(most)
      local text = {}
      for index = 1, random(most) do
        text[index] = parts[random(#parts)]
      end
      return table.concat(text)
    end
    for _ = 1, 600 do
      local known, users = {}, {}
      for index = 1, random(4) do
        repeat -- characters that JSON allows
          known[index] = some(4):gsub("[\194-\244][\128-\191]*",
            { ["\195"] = "" }):sub(1, 31):match "^\n*(.-)\n*$"
        until known[index] ~= "" and pcall(cjson.encode, known[index])
          and not known[index]:find "[\128-\255]$"
        users[index] = { user_identifier = "u", display_name = "d",
          password = known[index] }
      end
      known[#known + 1] = "fixed-token"
      local text = "x"
      for _ = 1, random(4) do
        text = text .. some(6) .. known[random(#known)]
      end
      text = text .. (random(3) == 1 and "" or some(3))
      local exchange = assert(support.client {}:prepare("import_users",
        { users = users }))
      local _, err = support.outcome(exchange, 400, text)
      local expected = scrub_model(text, known)
      if err.body ~= expected then
        error(("%q without %q: %q in place of %q"):format(text,
          table.concat(known, " | "), err.body, expected), 0)
      end
    end
  end)

  it("are found however their first character is written", function()
    for secret, notations in pairs {
      [" a b"] = { " a b", "+a+b", "%20a%20b", "&#32;a b", "\\u0020a b" },
      ["+a+b"] = { "+a+b", "%2Ba%2bb", "&plus;a+b", "\\u002ba+b" },
      ["%a%b"] = { "%a%b", "%25a%25b", "&#37;a%b", "\\u0025a%b" },
      ["&a&b"] = { "&a&b", "%26a%26b", "&amp;a&amp;b", "\\u0026a&b" },
      ["\\a\\b"] = { "\\a\\b", "%5Ca%5cb", "&bsol;a\\b", "\\u005ca\\b" },
      ["\ta\tb"] = { "\ta\tb", "\\ta\\tb", "%09a%09b", "&#9;a\tb" },
      ["\195\169ab"] = { "\195\169ab", "%C3%a9ab", "&eacute;ab",
        "\\u00e9ab" },
      ["Abcd-efg"] = { "aBCD-EFG", "\\u0061bcd-efg", "&#97;bcd-efg",
        "%61bcd-efg", "gfe-dcba", "416263642d656667", "QWJjZC1lZmc=" },
    } do
      for _, written in ipairs(notations) do
        assert.matches("^<%[secret%]c?=?>$", left_of("<" .. written .. ">",
          secret), written)
      end
    end
  end)

  it("are found in any HTML notation", function()
    local secret = "it's/\195\169+=`\226\130\172"
    local exchange = support.client {}:prepare("reset_user_password",
      { user_identifier = "ada", new_password = secret })
    for _, written in ipairs {
      "it&#39;s/&eacute;+=`&euro;",
      "it&#039;s&#47;&#233;&#43;&#61;&#96;&#8364;",
      "it&#x27;s&#x2F;&#xE9;&#x2b;&#x3D;&#x60;&#x20AC;",
      "it&apos;s&sol;&eacute;&plus;&equals;&grave;&euro;",
      "&#X69;&#x0000074;'s/\195\169+=`\226\130\172",
    } do
      local _, err = support.outcome(support.client {}:prepare(
        "reset_user_password", { user_identifier = "ada",
          new_password = secret }), 400, "<p>" .. written .. "</p>")
      assert.equal("<p>[secret]</p>", err.body)
    end
    local _, err = support.outcome(exchange, 400,
      "&#0; &#; &#x; &#xg; &amp &unknown; &#1114112; &#99999999999999999999;")
    assert.equal("&#0; &#; &#x; &#xg; &amp &unknown; &#1114112; "
      .. "&#99999999999999999999;", err.body)
  end)

  it("of a header are found in parts", function()
    local exchange = support.client { headers = {
      Cookie = 'session="hunter2-hunter2"; theme=dark-blue-1',
      ["X-Signature"] = "keyId=key-number-1,sig='c2lnbmF0dXJl'",
    } }:prepare("search_users")
    local _, err = support.outcome(exchange, 400, "hunter2-hunter2 and "
      .. "dark-blue-1, key-number-1: c2lnbmF0dXJl; session, theme, keyId.")
    assert.equal("[secret] and [secret], [secret]: [secret]; session, theme, "
      .. "keyId.", err.body)
  end)

  it("are not in messages about refused options", function()
    local client = support.client { token = "fixed-one" }
    for _, request in ipairs {
      { user_identifier = "", new_password = "hunter2" },
      { user_identifier = "a", new_password = "hunter2\0" },
      { user_identifier = "a", new_pasword = "hunter2" },
    } do
      local err = support.refusal(client, "reset_user_password", request)
      assert.is_nil(shown(err):find("hunter2", 1, true))
    end
  end)
end)
