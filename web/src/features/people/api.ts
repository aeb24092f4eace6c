import { useQuery } from "@tanstack/react-query";

import type { components } from "@/api/schema.gen";
import { answered, api } from "@/lib/http";
import { useChange, useListOf } from "@/lib/lists";

export type Member = components["schemas"]["MemberView"];
export type NewMember = components["schemas"]["MemberRequest"];
export type MemberPatch = components["schemas"]["MemberPatch"];
export type Team = components["schemas"]["TeamView"];
export type Delegation = components["schemas"]["DelegationView"];
export type NewDelegation = components["schemas"]["DelegationRequest"];
export type Account = components["schemas"]["AccountView"];
export type Link = components["schemas"]["LinkView"];
export type Session = components["schemas"]["SessionView"];

export const ROLES = ["admin", "builder", "approver", "operator", "viewer"] as const;

export const ROLE_WORDS: Record<string, string> = {
  admin: "Everything but deciding: people, connections, workflows, runs.",
  builder: "Makes and publishes workflows; starts and ends runs.",
  approver: "Decides proposals; resolves exceptions.",
  operator: "Starts and ends runs; resolves exceptions.",
  viewer: "Sees everything but secrets.",
};

export const useMembers = () => useListOf<Member>("members", () => answered(api.GET("/api/v1/members")));
export const useTeams = () => useListOf<Team>("teams", () => answered(api.GET("/api/v1/teams")));
export const useDelegations = () => useListOf<Delegation>("delegations", () => answered(api.GET("/api/v1/delegations")));
export const useAccounts = (enabled: boolean) => useListOf<Account>("accounts", () => answered(api.GET("/api/v1/accounts", { params: { query: { limit: 200 } } })), { enabled });
export const useWorkflowIds = () => useListOf<components["schemas"]["WorkflowView"]>(["workflows", "ids"], () => answered(api.GET("/api/v1/workflows", { params: { query: { limit: 200 } } })));

export const useAddMember = () => useChange((body: NewMember) => answered(api.POST("/api/v1/members", { body })), "members", "me");
export const useChangeMember = () => useChange(({ person, ...body }: MemberPatch & { person: string }) => answered(api.PUT("/api/v1/members/{person}", { params: { path: { person } }, body })), "members", "me");
export const useRemoveMember = () => useChange((person: string) => answered(api.DELETE("/api/v1/members/{person}", { params: { path: { person } } })), "members", "teams", "me");

/** An account, and its place in this workspace; the answer has the link that gives it a password. */
export const useInvite = () =>
  useChange(async ({ mail, name, ...member }: { mail: string; name: string } & NewMember) => {
    const account = await answered(api.POST("/api/v1/accounts", { body: { mail, name } }));
    await answered(api.POST("/api/v1/members", { body: { ...member, account: account.person_id } }));
    return account.link;
  }, "members", "accounts");

export const useMakeTeam = () => useChange((body: { team: string; title: string }) => answered(api.POST("/api/v1/teams", { body })), "teams");
export const useRenameTeam = () => useChange(({ team, title }: { team: string; title: string }) => answered(api.PUT("/api/v1/teams/{team}", { params: { path: { team } }, body: { title } })), "teams");
export const useDeleteTeam = () => useChange((team: string) => answered(api.DELETE("/api/v1/teams/{team}", { params: { path: { team } } })), "teams", "members");
export const useJoin = () => useChange(({ team, person, lead }: { team: string; person: string; lead: boolean }) => answered(api.PUT("/api/v1/teams/{team}/members/{person}", { params: { path: { team, person } }, body: { lead } })), "teams", "members");
export const useLeave = () => useChange(({ team, person }: { team: string; person: string }) => answered(api.DELETE("/api/v1/teams/{team}/members/{person}", { params: { path: { team, person } } })), "teams", "members");

/** For oneself, or for a member who is away already. */
export const useDelegate = () =>
  useChange(
    ({ person, ...body }: NewDelegation & { person: string | null }): Promise<Delegation> => (person === null ? answered(api.POST("/api/v1/delegations", { body })) : answered(api.POST("/api/v1/members/{person}/delegations", { params: { path: { person } }, body }))),
    "delegations",
    "proposals",
  );
export const useEndDelegation = () =>
  useChange(
    ({ delegation, person }: { delegation: string; person: string | null }): Promise<Delegation> =>
      person === null ? answered(api.DELETE("/api/v1/delegations/{delegation}", { params: { path: { delegation } } })) : answered(api.DELETE("/api/v1/members/{person}/delegations/{delegation}", { params: { path: { person, delegation } } })),
    "delegations",
    "proposals",
  );

const at = (person: string) => ({ params: { path: { person } } });
export const useChangeAccount = () => useChange(({ person, ...body }: { person: string; name: string; mail: string; server_admin: boolean }) => answered(api.PUT("/api/v1/accounts/{person}", { ...at(person), body })), "accounts", "members");
export const useDisable = () => useChange((person: string) => answered(api.POST("/api/v1/accounts/{person}/disable", { ...at(person), body: {} })), "accounts", "members");
export const useEnable = () => useChange((person: string) => answered(api.POST("/api/v1/accounts/{person}/enable", { ...at(person), body: {} })), "accounts", "members");
export const usePasswordLink = () => useChange((person: string): Promise<Link> => answered(api.POST("/api/v1/accounts/{person}/link", { ...at(person), body: {} })), "accounts");
export const useEndSessions = () => useChange((person: string) => answered(api.DELETE("/api/v1/accounts/{person}/sessions", at(person))), "account-sessions");

export const useSessionsOf = (person: string) => useQuery({ queryKey: ["account-sessions", person], queryFn: () => answered(api.GET("/api/v1/accounts/{person}/sessions", at(person))), select: (list) => list.items });
