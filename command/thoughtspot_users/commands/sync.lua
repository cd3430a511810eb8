--- plan, apply, sync: synchronize users with a directory.

local applying = require "thoughtspot_users.applying"
local apply_output = require "thoughtspot_users.apply_output"
local defaults = require "thoughtspot_users.defaults"
local failure = require "thoughtspot_users.failure"
local files = require "thoughtspot_users.files"
local joined = require "thoughtspot_users.joined"
local plan_output = require "thoughtspot_users.plan_output"
local planning = require "thoughtspot_users.planning"
local questions = require "thoughtspot_users.questions"

local SOURCE = "File of people: CSV, JSON, JSON lines or LDIF; - is standard "
  .. "input."

local function code_of(plan)
  return plan.withheld[1] and failure.OVER_LIMIT or failure.DONE
end

-- --- plan ------------------------------------------------------------------

local function plan(context)
  local flags, output = context.flags, context.output
  files.expect_path(flags.out)
  local made = planning.make(context, false)
  if flags.out then
    failure.check(made:write(flags.out))
    output:note(("%s: apply it with thoughtspot-users apply %s"):format(
      flags.out, files.word(flags.out)))
  end
  plan_output.write(output, made, flags.all)
  if code_of(made) == failure.OVER_LIMIT then
    return failure.OVER_LIMIT
  end
  return flags.check and #made.actions > 0 and failure.HAS_CHANGES
    or failure.DONE
end

-- --- apply -----------------------------------------------------------------

local function apply(context)
  local flags, output = context.flags, context.output
  files.expect_path(flags.journal)
  local read = failure.check(require "thoughtspot.sync".read(flags.plan))
  local before = applying.count_done(read)
  if before > 0 and before < #read.actions then
    output:note(("%d of %d changes were already done"):format(before,
      #read.actions))
  end
  if output.format.is_for_people then
    if applying.is_pending(read) or read.withheld[1] then
      plan_output.write(output, read, false)
    end
  else
    output.extra = { plan = plan_output.describe(read) }
  end
  return applying.run(context, read, ("resume with thoughtspot-users apply %s")
    :format(files.word(flags.journal or flags.plan)))
end

-- --- sync ------------------------------------------------------------------

local function synchronize(context)
  local flags, output = context.flags, context.output
  files.expect_path(flags.journal)
  local made = planning.make(context, true)
  if not output.format.is_for_people then
    output.extra = { plan = plan_output.describe(made) }
    if not flags.yes and #made.actions > 0 then
      output:note(plan_output.text(made, false))
    end
  elseif not (flags.quiet and #made.actions == 0) then
    plan_output.write(output, made, false)
  end
  if #made.actions == 0 then
    if output.format.name == "json" then
      apply_output.write(output, apply_output.EMPTY, failure.DONE)
    end
    return failure.DONE
  end
  return applying.run(context, made, flags.journal
    and ("resume with thoughtspot-users apply %s"):format(
      files.word(flags.journal))
    or "run the same command again to resume")
end

return {
  {
    name = "plan",
    description = "Compares the people of a source with the users of the "
      .. "cluster, and shows what would change. Never writes to the cluster, "
      .. "never asks. Fields that the source does not have are not changed; "
      .. "without a scope and --leavers, nobody leaves.",
    arguments = { { "file", SOURCE } },
    options = joined(planning.options, {
      { "--out", "PLAN", "Store the plan in a file, for apply." },
      { "--check", nil, "Exit with 3 if there is something to do." },
      { "--all", nil, "Show all changes, not the first 50 of each kind." },
    }),
    run = plan,
  },
  {
    name = "apply",
    description = "Applies a plan that plan --out wrote; the outcomes are "
      .. "added to the same file. Run again, it resumes. Each change is "
      .. "checked against the cluster before, and verified afterwards.",
    arguments = { { "plan", "File of plan --out, or of sync --journal." } },
    options = joined(applying.options, {
      questions.MAX_DELETES,
      { "--max-age", "SECONDS", defaults("Seconds after which a plan is "
        .. "refused", "ApplyOptions", "max_age"), kind = "count" },
      { "--journal", "FILE", "Record the outcomes in another file." },
    }),
    run = apply,
  },
  {
    name = "sync",
    description = "Compares the people of a source with the users of the "
      .. "cluster, shows what would change, asks, applies it, and verifies "
      .. "that it is in effect. Fields that the source does not have are not "
      .. "changed; without a scope and --leavers, nobody leaves.",
    arguments = { { "file", SOURCE } },
    options = joined(planning.options, applying.options, {
      { "--journal", "FILE", "Store the plan and its outcomes in a new file, "
        .. "from which apply can resume." },
    }),
    run = synchronize,
  },
}
