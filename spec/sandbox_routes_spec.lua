local core = require "thoughtspot.core"
local endpoints = require "thoughtspot.sandbox.endpoints"
local routes = require "thoughtspot.sandbox.routes"

local BASE = "/api/rest/2.0/"

local function route_of(name)
  for _, route in ipairs(routes) do
    if route.name == name then
      return route
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

  it("require an administrator for changes to users, and for orgs", function()
    local open, admin = {}, {}
    for _, route in ipairs(routes) do
      open[route.name] = route.open
      admin[route.name] = route.admin
    end
    assert.same({ get_full_access_token = true }, open)
    assert.same({
      create_user = true, update_user = true, delete_user = true,
      import_users = true, change_user_password = true,
      reset_user_password = true, activate_user = true,
      deactivate_user = true, force_logout_users = true,
      search_orgs = true,
    }, admin)
  end)

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
    assert.equal(route_of("update_user"), route)
    assert.equal("a/b %Ä%25", identifier)
  end)

  it("come after the path prefix of the host", function()
    assert.equal(route_of("search_users"), (routes.find("POST",
      "/proxy" .. BASE .. "users/search")))
  end)
end)
