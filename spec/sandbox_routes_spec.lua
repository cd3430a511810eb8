local core = require "thoughtspot.core"
local contract = require "spec.support.endpoints"
local endpoints = require "thoughtspot.sandbox.endpoints"
local routes = require "thoughtspot.sandbox.routes"

local BASE = "/api/rest/2.0/"

local function row_of(rows, name)
  for _, row in ipairs(rows) do
    if row.name == name then
      return row
    end
  end
end

describe("the routes of the sandbox", function()
  for _, name in ipairs(core.describe()) do
    local endpoint = core.describe(name)

    it("hold " .. name, function()
      local path = BASE .. endpoint.path:gsub("{[%w_]+}", "ada")
      local route, identifier = routes.find(endpoint.method, path)
      -- Two calls of the client, one endpoint of the cluster.
      assert.equal(name == "force_logout_all_users" and "force_logout_users"
        or name, route.name)
      assert.equal(endpoint.path_parameter and "ada" or nil, identifier)
    end)
  end

  for _, route in ipairs(routes) do
    it("require a token and an administrator where the contract does, in "
      .. route.name, function()
      local endpoint = row_of(contract, route.name)
      assert.equal(endpoint.anonymous, route.open)
      assert.equal(endpoint.admin, route.admin)
    end)
  end

  it("have a handler each", function()
    for _, route in ipairs(routes) do
      assert.is_function(endpoints[route.name], route.name)
    end
  end)

  it("depend on the method, too", function()
    assert.is_nil(routes.find("GET", BASE .. "users/search"))
    assert.is_nil(routes.find("POST", BASE .. "auth/session/user"))
  end)

  it("end where the path ends", function()
    for _, path in ipairs {
      "users/search/", "users/searching", "users//update",
      "users/a/b/update", "users/force_logout", "", "users",
    } do
      assert.is_nil(routes.find("POST", BASE .. path), path)
    end
    assert.is_nil(routes.find("POST", "/api/rest/2x0/users/search"))
  end)

  it("decode the identifier, once", function()
    local route, identifier = routes.find("POST", BASE
      .. "users/a%2Fb%20%25%C3%84%2525/update")
    assert.equal(row_of(routes, "update_user"), route)
    assert.equal("a/b %Ä%25", identifier)
  end)

  it("come after the path prefix of the host", function()
    assert.equal(row_of(routes, "search_users"), (routes.find("POST",
      "/proxy" .. BASE .. "users/search")))
  end)
end)
