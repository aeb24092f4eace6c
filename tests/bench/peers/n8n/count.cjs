// Prints how many executions n8n's SQLite database holds, and how many of them succeeded: count.cjs MODULES DATABASE
const [modules, file] = process.argv.slice(2);
const sqlite3 = require(require.resolve("sqlite3", { paths: [modules] }));
const database = new sqlite3.Database(file, sqlite3.OPEN_READONLY);
const question = "SELECT count(*) AS count, sum(status = 'success') AS good FROM execution_entity";
database.get(question, (error, row) => {
  if (error) throw error;
  console.log(`${row.count}|${row.good ?? 0}`);
});
