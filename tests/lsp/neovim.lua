-- What a person does in a headless neovim, 0.7 or newer. Writes what was seen to $SEEN as JSON.
local seen = {}
local function rules()
  local found = {}
  for _, item in ipairs(vim.diagnostic.get(0)) do
    found[#found + 1] = item.code or item.user_data.lsp.code
  end
  table.sort(found)
  return table.concat(found, " ")
end
local function until_rules(wanted)
  assert(vim.wait(30000, function() return rules() == wanted end, 20), "wanted `" .. wanted .. "`, saw `" .. rules() .. "`")
end
local function ask(method, params)
  for _, answer in pairs(vim.lsp.buf_request_sync(0, method, params, 30000) or {}) do
    if answer.result then return answer.result end
    error(vim.inspect(answer))
  end
end
local ok, err = pcall(function()
  vim.cmd("edit " .. vim.fn.fnameescape(os.getenv("NOTE")))
  local config = { name = "vaultkit", cmd = vim.fn.json_decode(os.getenv("SERVER")), root_dir = os.getenv("ROOT") }
  local id
  if vim.lsp.start then id = vim.lsp.start(config)
  else id = vim.lsp.start_client(config); vim.lsp.buf_attach_client(0, id) end
  local client = vim.lsp.get_client_by_id(id)
  assert(vim.wait(30000, function() return #vim.diagnostic.get(0) > 0 end, 20), "no findings")
  seen.encoding = client.offset_encoding
  seen.before = rules()
  local item = vim.diagnostic.get(0)[1]
  seen.place = { item.lnum, item.col, item.end_col }
  local params = vim.lsp.util.make_range_params(0, client.offset_encoding)
  params.range = { start = { line = 5, character = 4 }, ["end"] = { line = 5, character = 4 } }
  params.context = { diagnostics = {} }
  local actions = ask("textDocument/codeAction", params)
  for _, action in ipairs(actions) do
    if action.title:find("^Rename") then vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding) end
  end
  seen.heading = vim.api.nvim_buf_get_lines(0, 5, 6, false)[1]
  until_rules("link-broken")
  vim.api.nvim_buf_set_lines(0, 7, 8, false, { "😀😀 [[Home]]" })
  until_rules("")
  local place = { textDocument = { uri = vim.uri_from_bufnr(0) }, position = { line = 5, character = 4 } }
  place.newName = "My notes"
  vim.lsp.util.apply_workspace_edit(ask("textDocument/rename", place), client.offset_encoding)
  seen.renamed = vim.api.nvim_buf_get_lines(0, 5, 6, false)[1]
  seen.status = ask("vaultkit/status", { uri = vim.uri_from_bufnr(0) }).words
  vim.lsp.stop_client(id)
  seen.stopped = vim.wait(10000, function() return client.is_stopped() end, 20)
end)
if not ok then seen.error = tostring(err) end
local file = assert(io.open(os.getenv("SEEN"), "w"))
file:write(vim.fn.json_encode(seen))
file:close()
vim.cmd("qall!")
