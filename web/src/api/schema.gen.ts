// Generated from the server's OpenAPI document by `npm run api`. Not edited by hand.
// long: every path and schema of the document.
export interface paths {
    "/api/v1/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists accounts, newest first */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before. */
                    after?: string;
                    /** @description The same as `after`. */
                    cursor?: string;
                    /** @description Rows, 1 to 200; 50 where absent. */
                    limit?: number;
                    /** @description Workspace, as the header `Throughline-Workspace` names it. */
                    workspace?: string;
                };
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "person_id": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "mail": "anna@example.com",
                         *           "name": "text",
                         *           "server_admin": true,
                         *           "state": "invited",
                         *           "created_at": "2026-01-31T08:15:00.000000Z",
                         *           "created_by": "text",
                         *           "password_at": "2026-01-31T08:15:00.000000Z",
                         *           "disabled_at": "2026-01-31T08:15:00.000000Z"
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_AccountView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Makes an account, and a link by which its owner gives it a password
         * @description It has no rights until it is a member of a workspace with a role.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "mail": "anna@example.com",
                     *       "name": "text",
                     *       "server_admin": true
                     *     }
                     */
                    "application/json": components["schemas"]["AccountRequest"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "person_id": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "mail": "anna@example.com",
                         *       "name": "text",
                         *       "server_admin": true,
                         *       "state": "invited",
                         *       "created_at": "2026-01-31T08:15:00.000000Z",
                         *       "created_by": "text",
                         *       "password_at": "2026-01-31T08:15:00.000000Z",
                         *       "disabled_at": "2026-01-31T08:15:00.000000Z",
                         *       "link": {
                         *         "kind": "invitation",
                         *         "path": "invoice",
                         *         "base": "text",
                         *         "expires_at": "2026-01-31T08:15:00.000000Z"
                         *       }
                         *     }
                         */
                        "application/json": components["schemas"]["InvitedView"];
                    };
                };
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{person}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One account
         * @description `{person}` is the person's id or their address, here and below.
         */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    person: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "person_id": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "mail": "anna@example.com",
                         *       "name": "text",
                         *       "server_admin": true,
                         *       "state": "invited",
                         *       "created_at": "2026-01-31T08:15:00.000000Z",
                         *       "created_by": "text",
                         *       "password_at": "2026-01-31T08:15:00.000000Z",
                         *       "disabled_at": "2026-01-31T08:15:00.000000Z"
                         *     }
                         */
                        "application/json": components["schemas"]["AccountView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        /** Changes an account */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    person: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "mail": "anna@example.com",
                     *       "name": "text",
                     *       "server_admin": true
                     *     }
                     */
                    "application/json": components["schemas"]["AccountPatch"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "person_id": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "mail": "anna@example.com",
                         *       "name": "text",
                         *       "server_admin": true,
                         *       "state": "invited",
                         *       "created_at": "2026-01-31T08:15:00.000000Z",
                         *       "created_by": "text",
                         *       "password_at": "2026-01-31T08:15:00.000000Z",
                         *       "disabled_at": "2026-01-31T08:15:00.000000Z"
                         *     }
                         */
                        "application/json": components["schemas"]["AccountView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{person}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Disables an account
         * @description Its sessions, tokens and links end in the same moment.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    person: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /** @example {} */
                    "application/json": components["schemas"]["AccountAction"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "text",
                         *       "done": true
                         *     }
                         */
                        "application/json": components["schemas"]["DoneView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{person}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enables an account again
         * @description What ended with it stays ended.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    person: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /** @example {} */
                    "application/json": components["schemas"]["AccountAction"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "text",
                         *       "done": true
                         *     }
                         */
                        "application/json": components["schemas"]["DoneView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{person}/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes a link for a new password
         * @description The link before it works no more. The old password works until the new one is set.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    person: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /** @example {} */
                    "application/json": components["schemas"]["AccountAction"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "kind": "invitation",
                         *       "path": "invoice",
                         *       "base": "text",
                         *       "expires_at": "2026-01-31T08:15:00.000000Z"
                         *     }
                         */
                        "application/json": components["schemas"]["LinkView"];
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{person}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the sessions of an account, newest first */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    person: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "session_id": "text",
                         *           "client": "text",
                         *           "created_at": "2026-01-31T08:15:00.000000Z",
                         *           "used_at": "2026-01-31T08:15:00.000000Z",
                         *           "current": true
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_SessionView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Ends all sessions of an account */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    person: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "text",
                         *       "done": true
                         *     }
                         */
                        "application/json": components["schemas"]["DoneView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/asks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists questions, newest first */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before. */
                    after?: string;
                    /** @description The same as `after`. */
                    cursor?: string;
                    /** @description Rows, 1 to 200; 50 where absent. */
                    limit?: number;
                    /** @description `open`, where absent, `answered`, `expired` or `withdrawn`. */
                    state?: string;
                    /** @description Workspace, as the header `Throughline-Workspace` names it. */
                    workspace?: string;
                };
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "workspace": "acme",
                         *           "ask_id": "text",
                         *           "run_id": "run_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "path": "invoice",
                         *           "workflow": "invoice-readiness",
                         *           "question": "text",
                         *           "form": {},
                         *           "owner": "team:billing",
                         *           "due_at": "2026-01-31T08:15:00.000000Z",
                         *           "state": "open",
                         *           "asked_at": "2026-01-31T08:15:00.000000Z",
                         *           "closed_at": "2026-01-31T08:15:00.000000Z",
                         *           "answered_by": "text",
                         *           "answer": {}
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_AskView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/asks/{ask}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One question */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    ask: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "ask_id": "text",
                         *       "run_id": "run_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "path": "invoice",
                         *       "workflow": "invoice-readiness",
                         *       "question": "text",
                         *       "form": {},
                         *       "owner": "team:billing",
                         *       "due_at": "2026-01-31T08:15:00.000000Z",
                         *       "state": "open",
                         *       "asked_at": "2026-01-31T08:15:00.000000Z",
                         *       "closed_at": "2026-01-31T08:15:00.000000Z",
                         *       "answered_by": "text",
                         *       "answer": {}
                         *     }
                         */
                        "application/json": components["schemas"]["AskView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/asks/{ask}/answer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Answers a question */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    ask: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "answer": {}
                     *     }
                     */
                    "application/json": components["schemas"]["AnswerRequest"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "ask_id": "text",
                         *       "run_id": "run_01jq8x4m8tkz5v3w7y9a2b4c6d"
                         *     }
                         */
                        "application/json": components["schemas"]["AnsweredView"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the newest backups */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "backup_id": "bkp_01hz0000000000000000000000",
                         *           "state": "running",
                         *           "began_at": "2026-01-31T08:15:00.000000Z",
                         *           "began_by": "text",
                         *           "ended_at": "2026-01-31T08:15:00.000000Z",
                         *           "manifest_sha256": "text",
                         *           "files": 1,
                         *           "bytes": 1,
                         *           "rehearsed": true,
                         *           "detail": "text"
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_BackupView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Notes that a backup begins
         * @description Until it ends, for a day at most, no blob is removed. Nothing is copied by this.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /** @example {} */
                    "application/json": components["schemas"]["BackupRequest"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "backup_id": "bkp_01hz0000000000000000000000",
                         *       "state": "running",
                         *       "began_at": "2026-01-31T08:15:00.000000Z",
                         *       "began_by": "text",
                         *       "ended_at": "2026-01-31T08:15:00.000000Z",
                         *       "manifest_sha256": "text",
                         *       "files": 1,
                         *       "bytes": 1,
                         *       "rehearsed": true,
                         *       "detail": "text",
                         *       "schema_version": 1,
                         *       "incarnation": "text",
                         *       "root_keys": [
                         *         {
                         *           "version": 1,
                         *           "fingerprint": "text"
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": components["schemas"]["BegunBackupView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backups/{backup}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Notes how a backup ended
         * @description After one that was rehearsed, keys that nothing but older backups needs are retired.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    backup: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "manifest_sha256": "text",
                     *       "files": 1,
                     *       "bytes": 1,
                     *       "rehearsed": true,
                     *       "failed": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["EndRequest"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "backup_id": "bkp_01hz0000000000000000000000",
                         *       "state": "running",
                         *       "began_at": "2026-01-31T08:15:00.000000Z",
                         *       "began_by": "text",
                         *       "ended_at": "2026-01-31T08:15:00.000000Z",
                         *       "manifest_sha256": "text",
                         *       "files": 1,
                         *       "bytes": 1,
                         *       "rehearsed": true,
                         *       "detail": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["BackupView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calendar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The business calendar */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "zone": "text",
                         *       "hours": {
                         *         "name": "text"
                         *       },
                         *       "holidays": [
                         *         "text"
                         *       ]
                         *     }
                         */
                        "application/json": components["schemas"]["CalendarView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        /** Sets the business calendar */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "zone": "text",
                     *       "hours": {
                     *         "name": "text"
                     *       },
                     *       "holidays": [
                     *         "text"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["CalendarView"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "zone": "text",
                         *       "hours": {
                         *         "name": "text"
                         *       },
                         *       "holidays": [
                         *         "text"
                         *       ]
                         *     }
                         */
                        "application/json": components["schemas"]["CalendarView"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalog": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Actions and triggers to build with
         * @description Of the plugins that new runs use; with their schemas and samples.
         */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "connectors": [
                         *         {
                         *           "connector": "projects",
                         *           "version": "text",
                         *           "digest": "text",
                         *           "name": "text",
                         *           "description": "text",
                         *           "auth": {},
                         *           "settings": {},
                         *           "hosts": [
                         *             "text"
                         *           ],
                         *           "actions": [
                         *             {
                         *               "action": "projects.get_job",
                         *               "title": "text",
                         *               "description": "text",
                         *               "effect": "read",
                         *               "undo": "reversible",
                         *               "preview": true,
                         *               "record": "text",
                         *               "input": {},
                         *               "output": {},
                         *               "sample": {}
                         *             }
                         *           ],
                         *           "triggers": [
                         *             {
                         *               "trigger": "projects.job_completed",
                         *               "title": "text",
                         *               "description": "text",
                         *               "kind": "poll",
                         *               "config": {},
                         *               "output": {},
                         *               "sample": {}
                         *             }
                         *           ]
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": components["schemas"]["CatalogView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What changed, as it happens
         * @description A stream of server-sent events: `run`, `proposal`, `exception`, `ask`, `connection` and `workflow`, each with `workspace`, `id`,
         *     `state` and `revision`, and never with content. First comes `ready`. With `Last-Event-ID` it goes on behind that event; where
         *     that is not known any more, or something may have been missed, `reset` says to load everything anew. `end` says why it ends:
         *     `signed_out` or `draining`. A line every 10 s shows that it lives. At most 8 at once for one person.
         */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The id of the last event that was seen. */
                    "Last-Event-ID"?: string | null;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The stream. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": string;
                    };
                };
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/channels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists channels by workspace and name */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "workspace": "acme",
                         *           "name": "chat",
                         *           "url": "https://hooks.example.com/throughline",
                         *           "tells": [
                         *             "proposals"
                         *           ],
                         *           "changed_at": "2026-01-31T08:15:00.000000Z",
                         *           "changed_by": "text"
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_ChannelView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/channels/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Sets a channel
         * @description Messages are signed in the Standard Webhooks scheme (`webhook-id`, `webhook-timestamp`, `webhook-signature`). They wait
         *     and are tried again like mail, and carry no authority: a link in one only finds what it is about.
         */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "url": "https://hooks.example.com/throughline",
                     *       "secret": "chat-signing",
                     *       "tells": [
                     *         "proposals"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ChannelRequest"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "name": "chat",
                         *       "url": "https://hooks.example.com/throughline",
                         *       "tells": [
                         *         "proposals"
                         *       ],
                         *       "changed_at": "2026-01-31T08:15:00.000000Z",
                         *       "changed_by": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["ChannelView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        post?: never;
        /** Removes a channel; what waits for it is given up */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "text",
                         *       "done": true
                         *     }
                         */
                        "application/json": components["schemas"]["DoneView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/channels/{name}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends a test message, and says what came of it */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "delivered": true,
                         *       "failure": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["ChannelTestView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists connections */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "workspace": "acme",
                         *           "connection_id": "text",
                         *           "name": "text",
                         *           "connector": "accounting",
                         *           "account": "Acme Heating Ltd",
                         *           "settings": {},
                         *           "secrets": {},
                         *           "bound_to": "https://accounting.example.com",
                         *           "tested_at": "2026-01-31T08:15:00.000000Z",
                         *           "agreed": true,
                         *           "created_at": "2026-01-31T08:15:00.000000Z",
                         *           "updated_at": "2026-01-31T08:15:00.000000Z"
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_ConnectionView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Makes a connection, or replaces the one of that name
         * @description The same content again changes nothing. A secret of the vault is taken only where the connector may send it; one in the
         *     server's environment or on its disk only from an administrator of the server.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "name": "text",
                     *       "connector": "accounting",
                     *       "settings": {
                     *         "name": {}
                     *       },
                     *       "secrets": {
                     *         "name": {
                     *           "env": "text"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["ConnectionRequest"];
                };
            };
            responses: {
                /** @description Unchanged, or replaced. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "connection_id": "text",
                         *       "name": "text",
                         *       "connector": "accounting",
                         *       "account": "Acme Heating Ltd",
                         *       "settings": {},
                         *       "secrets": {},
                         *       "bound_to": "https://accounting.example.com",
                         *       "tested_at": "2026-01-31T08:15:00.000000Z",
                         *       "agreed": true,
                         *       "created_at": "2026-01-31T08:15:00.000000Z",
                         *       "updated_at": "2026-01-31T08:15:00.000000Z"
                         *     }
                         */
                        "application/json": components["schemas"]["ConnectionView"];
                    };
                };
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "connection_id": "text",
                         *       "name": "text",
                         *       "connector": "accounting",
                         *       "account": "Acme Heating Ltd",
                         *       "settings": {},
                         *       "secrets": {},
                         *       "bound_to": "https://accounting.example.com",
                         *       "tested_at": "2026-01-31T08:15:00.000000Z",
                         *       "agreed": true,
                         *       "created_at": "2026-01-31T08:15:00.000000Z",
                         *       "updated_at": "2026-01-31T08:15:00.000000Z"
                         *     }
                         */
                        "application/json": components["schemas"]["ConnectionView"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Deletes a connection
         * @description Steps that need it wait on an exception.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "text",
                         *       "done": true
                         *     }
                         */
                        "application/json": components["schemas"]["DoneView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{name}/agree": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Agrees to the account of a connection
         * @description When a connection answers as another account than before, or was changed and not tested since, writes of live workflows
         *     over it wait for people, one by one, until somebody agrees.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "account": "acct_0042"
                     *     }
                     */
                    "application/json": components["schemas"]["AgreeRequest"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "text",
                         *       "done": true
                         *     }
                         */
                        "application/json": components["schemas"]["DoneView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{name}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Asks the connector whether a connection works
         * @description The account that answers is kept: with the next test it is said whether it is still the same.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "ok": true,
                         *       "account": "Acme Heating Ltd",
                         *       "account_id": "text",
                         *       "account_change": "first",
                         *       "account_before": "text",
                         *       "failure": {
                         *         "code": "text",
                         *         "message": "text",
                         *         "kind": "text",
                         *         "origin": "text",
                         *         "http_status": 1,
                         *         "remote_request_id": "text",
                         *         "detail": {}
                         *       }
                         *     }
                         */
                        "application/json": components["schemas"]["TestView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/delegations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists delegations that are in force or will be, the first to end first
         * @description One's own and those in which one stands in; for who looks after the people of a workspace, all of it.
         */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "workspace": "acme",
                         *           "delegation_id": "text",
                         *           "from": {
                         *             "person_id": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *             "name": "text"
                         *           },
                         *           "to": {
                         *             "person_id": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *             "name": "text"
                         *           },
                         *           "starts_at": "2026-01-31T08:15:00.000000Z",
                         *           "ends_at": "2026-01-31T08:15:00.000000Z",
                         *           "workflows": [
                         *             "text"
                         *           ],
                         *           "money_up_to": {
                         *             "amount": "1840.00",
                         *             "currency": "GBP"
                         *           },
                         *           "all_money": true,
                         *           "irreversible": true,
                         *           "covers": "text",
                         *           "created_at": "2026-01-31T08:15:00.000000Z",
                         *           "created_by": "text",
                         *           "ended_at": "2026-01-31T08:15:00.000000Z"
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_DelegationView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Lets somebody stand in for oneself
         * @description They decide no more than one could oneself, and no more than they may. It ends by itself. Both are told by mail. For money
         *     and what cannot be undone one must be signed in: a token is not enough.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "to": "ben",
                     *       "ends_at": "2026-08-15T00:00:00Z",
                     *       "workflows": [
                     *         "invoice"
                     *       ],
                     *       "money": {
                     *         "up_to": "500.00",
                     *         "currency": "GBP"
                     *       },
                     *       "irreversible": true
                     *     }
                     */
                    "application/json": components["schemas"]["DelegationRequest"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "delegation_id": "text",
                         *       "from": {
                         *         "person_id": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *         "name": "text"
                         *       },
                         *       "to": {
                         *         "person_id": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *         "name": "text"
                         *       },
                         *       "starts_at": "2026-01-31T08:15:00.000000Z",
                         *       "ends_at": "2026-01-31T08:15:00.000000Z",
                         *       "workflows": [
                         *         "text"
                         *       ],
                         *       "money_up_to": {
                         *         "amount": "1840.00",
                         *         "currency": "GBP"
                         *       },
                         *       "all_money": true,
                         *       "irreversible": true,
                         *       "covers": "text",
                         *       "created_at": "2026-01-31T08:15:00.000000Z",
                         *       "created_by": "text",
                         *       "ended_at": "2026-01-31T08:15:00.000000Z"
                         *     }
                         */
                        "application/json": components["schemas"]["DelegationView"];
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/delegations/{delegation}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends one of one's own delegations before its time */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    delegation: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "delegation_id": "text",
                         *       "from": {
                         *         "person_id": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *         "name": "text"
                         *       },
                         *       "to": {
                         *         "person_id": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *         "name": "text"
                         *       },
                         *       "starts_at": "2026-01-31T08:15:00.000000Z",
                         *       "ends_at": "2026-01-31T08:15:00.000000Z",
                         *       "workflows": [
                         *         "text"
                         *       ],
                         *       "money_up_to": {
                         *         "amount": "1840.00",
                         *         "currency": "GBP"
                         *       },
                         *       "all_money": true,
                         *       "irreversible": true,
                         *       "covers": "text",
                         *       "created_at": "2026-01-31T08:15:00.000000Z",
                         *       "created_by": "text",
                         *       "ended_at": "2026-01-31T08:15:00.000000Z"
                         *     }
                         */
                        "application/json": components["schemas"]["DelegationView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists drafts by workspace and workflow */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before. */
                    after?: string;
                    /** @description The same as `after`. */
                    cursor?: string;
                    /** @description Rows, 1 to 200; 50 where absent. */
                    limit?: number;
                    /** @description Workspace, as the header `Throughline-Workspace` names it. */
                    workspace?: string;
                };
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "workspace": "acme",
                         *           "workflow": "invoice-readiness",
                         *           "revision": 1,
                         *           "based_on": 1,
                         *           "saved_by": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "saved_at": "2026-01-31T08:15:00.000000Z"
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_DraftView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists accepted events, newest first */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before. */
                    after?: string;
                    /** @description The same as `after`. */
                    cursor?: string;
                    /** @description Rows, 1 to 200; 50 where absent. */
                    limit?: number;
                    /** @description Only this workflow's. */
                    workflow?: string;
                    /** @description Workspace, as the header `Throughline-Workspace` names it. */
                    workspace?: string;
                };
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "workspace": "acme",
                         *           "event_id": "evt_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "workflow": "invoice-readiness",
                         *           "trigger": "projects.job_completed",
                         *           "kind": "webhook",
                         *           "received_at": "2026-01-31T08:15:00.000000Z",
                         *           "run_id": "run_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "dedupe_key": "text",
                         *           "size": 1
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_EventView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Publishes an internal event
         * @description Starts the workflows that listen to its type and satisfies the waits for its type and key.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "type": "text",
                     *       "key": "text",
                     *       "data": {}
                     *     }
                     */
                    "application/json": components["schemas"]["PublishEventRequest"];
                };
            };
            responses: {
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "event_id": "evt_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "runs": [
                         *         "text"
                         *       ]
                         *     }
                         */
                        "application/json": components["schemas"]["EventPublishedView"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/exceptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists exceptions, newest first, or by deadline */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before. */
                    after?: string;
                    /** @description Those not over whose cause is this connection. */
                    connection?: string;
                    /** @description The same as `after`. */
                    cursor?: string;
                    /** @description Rows, 1 to 200; 50 where absent. */
                    limit?: number;
                    /**
                     * @description `due`: those not over by their deadline, the first to be due first, with `owner`, `person`, `reason` and `workflow` as
                     *     narrow as you like.
                     */
                    order?: string;
                    /** @description Those not over of this owner: `team:billing`. */
                    owner?: string;
                    /** @description Those not over that this person has, by handle. */
                    person?: string;
                    /** @description Those not over of this reason: `missing_required`. */
                    reason?: string;
                    /** @description With those that are snoozed: hidden until a time. */
                    snoozed?: boolean;
                    /** @description `open`: all that are not over; or one state; all where absent. */
                    state?: string;
                    /** @description Those not over that were seen in this workflow last. */
                    workflow?: string;
                    /** @description Workspace, as the header `Throughline-Workspace` names it. */
                    workspace?: string;
                };
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "workspace": "acme",
                         *           "exception_id": "exc_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "kind": "business",
                         *           "run_id": "run_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "path": "invoice",
                         *           "workflow": "invoice-readiness",
                         *           "version": 1,
                         *           "state": "open",
                         *           "severity": "low",
                         *           "what_changed": {},
                         *           "why_stopped": {
                         *             "reason": "missing_required",
                         *             "sentence": "The customer's signature is missing",
                         *             "workflow": "invoice-readiness",
                         *             "version": 1,
                         *             "step": "text"
                         *           },
                         *           "reason": "missing_required",
                         *           "sentence": "The customer's signature is missing",
                         *           "owner": "team:billing",
                         *           "person": "text",
                         *           "backup": "text",
                         *           "assigned_by": "text",
                         *           "due": {
                         *             "due_at": "2026-01-31T08:15:00.000000Z",
                         *             "original": "text",
                         *             "allowed": "text",
                         *             "calendar": "text",
                         *             "warn_at": "2026-01-31T08:15:00.000000Z",
                         *             "escalate_at": "2026-01-31T08:15:00.000000Z",
                         *             "breached_at": "2026-01-31T08:15:00.000000Z"
                         *           },
                         *           "due_at": "2026-01-31T08:15:00.000000Z",
                         *           "updates_after": {},
                         *           "no_update_reason": "text",
                         *           "unrouted": true,
                         *           "failure": {
                         *             "code": "text",
                         *             "message": "text",
                         *             "kind": "text",
                         *             "origin": "text",
                         *             "http_status": 1,
                         *             "remote_request_id": "text",
                         *             "detail": {}
                         *           },
                         *           "effect_id": "eff_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "connection": "accounting",
                         *           "retry_from": "text",
                         *           "money": 1,
                         *           "customer_visible": true,
                         *           "tags": [
                         *             "text"
                         *           ],
                         *           "occurrences": 1,
                         *           "reopened": 1,
                         *           "opened_at": "2026-01-31T08:15:00.000000Z",
                         *           "last_seen_at": "2026-01-31T08:15:00.000000Z",
                         *           "waiting_on": "text",
                         *           "waiting_until": "2026-01-31T08:15:00.000000Z",
                         *           "snooze_until": "2026-01-31T08:15:00.000000Z",
                         *           "resolved_at": "2026-01-31T08:15:00.000000Z",
                         *           "resolved_by": "text",
                         *           "resolution": "text",
                         *           "outcome": "text",
                         *           "note": "Asked by phone",
                         *           "strength": "text",
                         *           "merged_into": "exc_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "after": "text",
                         *           "suggested_fixes": [
                         *             {
                         *               "action": "accounting.create_invoice",
                         *               "words": "text",
                         *               "preview": {
                         *                 "summary": "text",
                         *                 "money": {
                         *                   "amount": "1840.00",
                         *                   "currency": "GBP"
                         *                 },
                         *                 "system": "accounting",
                         *                 "record_type": "invoice",
                         *                 "record_id": "text",
                         *                 "kind": {},
                         *                 "fields": [
                         *                   {
                         *                     "field": "text",
                         *                     "before": {},
                         *                     "after": {}
                         *                   }
                         *                 ],
                         *                 "complete": true
                         *               }
                         *             }
                         *           ]
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_ExceptionView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/exceptions/{exception}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One exception, with its life */
        get: {
            parameters: {
                query?: {
                    /** @description Ask the connector what the step would write if it went on: it is called, and waited for up to 5 seconds. */
                    preview?: boolean;
                    /** @description Workspace, as the header `Throughline-Workspace` names it. */
                    workspace?: string;
                };
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    exception: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "exception_id": "exc_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "kind": "business",
                         *       "run_id": "run_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "path": "invoice",
                         *       "workflow": "invoice-readiness",
                         *       "version": 1,
                         *       "state": "open",
                         *       "severity": "low",
                         *       "what_changed": {},
                         *       "why_stopped": {
                         *         "reason": "missing_required",
                         *         "sentence": "The customer's signature is missing",
                         *         "workflow": "invoice-readiness",
                         *         "version": 1,
                         *         "step": "text"
                         *       },
                         *       "reason": "missing_required",
                         *       "sentence": "The customer's signature is missing",
                         *       "owner": "team:billing",
                         *       "person": "text",
                         *       "backup": "text",
                         *       "assigned_by": "text",
                         *       "due": {
                         *         "due_at": "2026-01-31T08:15:00.000000Z",
                         *         "original": "text",
                         *         "allowed": "text",
                         *         "calendar": "text",
                         *         "warn_at": "2026-01-31T08:15:00.000000Z",
                         *         "escalate_at": "2026-01-31T08:15:00.000000Z",
                         *         "breached_at": "2026-01-31T08:15:00.000000Z"
                         *       },
                         *       "due_at": "2026-01-31T08:15:00.000000Z",
                         *       "updates_after": {},
                         *       "no_update_reason": "text",
                         *       "unrouted": true,
                         *       "failure": {
                         *         "code": "text",
                         *         "message": "text",
                         *         "kind": "text",
                         *         "origin": "text",
                         *         "http_status": 1,
                         *         "remote_request_id": "text",
                         *         "detail": {}
                         *       },
                         *       "effect_id": "eff_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "connection": "accounting",
                         *       "retry_from": "text",
                         *       "money": 1,
                         *       "customer_visible": true,
                         *       "tags": [
                         *         "text"
                         *       ],
                         *       "occurrences": 1,
                         *       "reopened": 1,
                         *       "opened_at": "2026-01-31T08:15:00.000000Z",
                         *       "last_seen_at": "2026-01-31T08:15:00.000000Z",
                         *       "waiting_on": "text",
                         *       "waiting_until": "2026-01-31T08:15:00.000000Z",
                         *       "snooze_until": "2026-01-31T08:15:00.000000Z",
                         *       "resolved_at": "2026-01-31T08:15:00.000000Z",
                         *       "resolved_by": "text",
                         *       "resolution": "text",
                         *       "outcome": "text",
                         *       "note": "Asked by phone",
                         *       "strength": "text",
                         *       "merged_into": "exc_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "after": "text",
                         *       "suggested_fixes": [
                         *         {
                         *           "action": "accounting.create_invoice",
                         *           "words": "text",
                         *           "preview": {
                         *             "summary": "text",
                         *             "money": {
                         *               "amount": "1840.00",
                         *               "currency": "GBP"
                         *             },
                         *             "system": "accounting",
                         *             "record_type": "invoice",
                         *             "record_id": "text",
                         *             "kind": {},
                         *             "fields": [
                         *               {
                         *                 "field": "text",
                         *                 "before": {},
                         *                 "after": {}
                         *               }
                         *             ],
                         *             "complete": true
                         *           }
                         *         }
                         *       ],
                         *       "items": 1,
                         *       "closed": true,
                         *       "clock": {
                         *         "whole": {
                         *           "calendar": 1,
                         *           "business": 1
                         *         },
                         *         "running": {
                         *           "calendar": 1,
                         *           "business": 1
                         *         },
                         *         "paused": {
                         *           "calendar": 1,
                         *           "business": 1
                         *         },
                         *         "at_rest": {
                         *           "calendar": 1,
                         *           "business": 1
                         *         },
                         *         "percent": 1
                         *       },
                         *       "updates": [
                         *         {
                         *           "system": "accounting",
                         *           "record": "text",
                         *           "fields": [
                         *             "text"
                         *           ],
                         *           "by": {},
                         *           "readable": true,
                         *           "verified": {}
                         *         }
                         *       ],
                         *       "steps": [
                         *         {
                         *           "run_id": "run_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "path": "invoice",
                         *           "workflow": "invoice-readiness",
                         *           "state": "waiting",
                         *           "since": "2026-01-31T08:15:00.000000Z",
                         *           "until": "2026-01-31T08:15:00.000000Z",
                         *           "sentence": "The customer's signature is missing",
                         *           "failure": {
                         *             "code": "text",
                         *             "message": "text",
                         *             "kind": "text",
                         *             "origin": "text",
                         *             "http_status": 1,
                         *             "remote_request_id": "text",
                         *             "detail": {}
                         *           },
                         *           "what_changed": {}
                         *         }
                         *       ],
                         *       "log": [
                         *         {
                         *           "at": "2026-01-31T08:15:00.000000Z",
                         *           "who": "text",
                         *           "event": {},
                         *           "from": "text",
                         *           "to": "anna@example.com"
                         *         }
                         *       ],
                         *       "comments": [
                         *         {
                         *           "comment_id": "text",
                         *           "by": "text",
                         *           "text": "text",
                         *           "at": "2026-01-31T08:15:00.000000Z"
                         *         }
                         *       ],
                         *       "watchers": [
                         *         "text"
                         *       ]
                         *     }
                         */
                        "application/json": components["schemas"]["ExceptionDetail"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/exceptions/{exception}/act": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes, hands over, waits, snoozes, dismisses, opens again, attests */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    exception: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "act": "take",
                     *       "to": "anna@example.com",
                     *       "note": "Asked by phone",
                     *       "on": "wait",
                     *       "until": "wait",
                     *       "reason": "missing_required",
                     *       "why": "reopen",
                     *       "update": 1,
                     *       "proof": "attest"
                     *     }
                     */
                    "application/json": components["schemas"]["ActBody"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "exception_id": "exc_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "kind": "business",
                         *       "run_id": "run_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "path": "invoice",
                         *       "workflow": "invoice-readiness",
                         *       "version": 1,
                         *       "state": "open",
                         *       "severity": "low",
                         *       "what_changed": {},
                         *       "why_stopped": {
                         *         "reason": "missing_required",
                         *         "sentence": "The customer's signature is missing",
                         *         "workflow": "invoice-readiness",
                         *         "version": 1,
                         *         "step": "text"
                         *       },
                         *       "reason": "missing_required",
                         *       "sentence": "The customer's signature is missing",
                         *       "owner": "team:billing",
                         *       "person": "text",
                         *       "backup": "text",
                         *       "assigned_by": "text",
                         *       "due": {
                         *         "due_at": "2026-01-31T08:15:00.000000Z",
                         *         "original": "text",
                         *         "allowed": "text",
                         *         "calendar": "text",
                         *         "warn_at": "2026-01-31T08:15:00.000000Z",
                         *         "escalate_at": "2026-01-31T08:15:00.000000Z",
                         *         "breached_at": "2026-01-31T08:15:00.000000Z"
                         *       },
                         *       "due_at": "2026-01-31T08:15:00.000000Z",
                         *       "updates_after": {},
                         *       "no_update_reason": "text",
                         *       "unrouted": true,
                         *       "failure": {
                         *         "code": "text",
                         *         "message": "text",
                         *         "kind": "text",
                         *         "origin": "text",
                         *         "http_status": 1,
                         *         "remote_request_id": "text",
                         *         "detail": {}
                         *       },
                         *       "effect_id": "eff_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "connection": "accounting",
                         *       "retry_from": "text",
                         *       "money": 1,
                         *       "customer_visible": true,
                         *       "tags": [
                         *         "text"
                         *       ],
                         *       "occurrences": 1,
                         *       "reopened": 1,
                         *       "opened_at": "2026-01-31T08:15:00.000000Z",
                         *       "last_seen_at": "2026-01-31T08:15:00.000000Z",
                         *       "waiting_on": "text",
                         *       "waiting_until": "2026-01-31T08:15:00.000000Z",
                         *       "snooze_until": "2026-01-31T08:15:00.000000Z",
                         *       "resolved_at": "2026-01-31T08:15:00.000000Z",
                         *       "resolved_by": "text",
                         *       "resolution": "text",
                         *       "outcome": "text",
                         *       "note": "Asked by phone",
                         *       "strength": "text",
                         *       "merged_into": "exc_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "after": "text",
                         *       "suggested_fixes": [
                         *         {
                         *           "action": "accounting.create_invoice",
                         *           "words": "text",
                         *           "preview": {
                         *             "summary": "text",
                         *             "money": {
                         *               "amount": "1840.00",
                         *               "currency": "GBP"
                         *             },
                         *             "system": "accounting",
                         *             "record_type": "invoice",
                         *             "record_id": "text",
                         *             "kind": {},
                         *             "fields": [
                         *               {
                         *                 "field": "text",
                         *                 "before": {},
                         *                 "after": {}
                         *               }
                         *             ],
                         *             "complete": true
                         *           }
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": components["schemas"]["ExceptionView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/exceptions/{exception}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Comments on an exception */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    exception: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "text": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["CommentRequest"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "comment_id": "text",
                         *       "by": "text",
                         *       "text": "text",
                         *       "at": "2026-01-31T08:15:00.000000Z"
                         *     }
                         */
                        "application/json": components["schemas"]["CommentView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/exceptions/{exception}/merge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Merges an exception into another */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    exception: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "into": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["MergeRequest"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "exception_id": "exc_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "kind": "business",
                         *       "run_id": "run_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "path": "invoice",
                         *       "workflow": "invoice-readiness",
                         *       "version": 1,
                         *       "state": "open",
                         *       "severity": "low",
                         *       "what_changed": {},
                         *       "why_stopped": {
                         *         "reason": "missing_required",
                         *         "sentence": "The customer's signature is missing",
                         *         "workflow": "invoice-readiness",
                         *         "version": 1,
                         *         "step": "text"
                         *       },
                         *       "reason": "missing_required",
                         *       "sentence": "The customer's signature is missing",
                         *       "owner": "team:billing",
                         *       "person": "text",
                         *       "backup": "text",
                         *       "assigned_by": "text",
                         *       "due": {
                         *         "due_at": "2026-01-31T08:15:00.000000Z",
                         *         "original": "text",
                         *         "allowed": "text",
                         *         "calendar": "text",
                         *         "warn_at": "2026-01-31T08:15:00.000000Z",
                         *         "escalate_at": "2026-01-31T08:15:00.000000Z",
                         *         "breached_at": "2026-01-31T08:15:00.000000Z"
                         *       },
                         *       "due_at": "2026-01-31T08:15:00.000000Z",
                         *       "updates_after": {},
                         *       "no_update_reason": "text",
                         *       "unrouted": true,
                         *       "failure": {
                         *         "code": "text",
                         *         "message": "text",
                         *         "kind": "text",
                         *         "origin": "text",
                         *         "http_status": 1,
                         *         "remote_request_id": "text",
                         *         "detail": {}
                         *       },
                         *       "effect_id": "eff_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "connection": "accounting",
                         *       "retry_from": "text",
                         *       "money": 1,
                         *       "customer_visible": true,
                         *       "tags": [
                         *         "text"
                         *       ],
                         *       "occurrences": 1,
                         *       "reopened": 1,
                         *       "opened_at": "2026-01-31T08:15:00.000000Z",
                         *       "last_seen_at": "2026-01-31T08:15:00.000000Z",
                         *       "waiting_on": "text",
                         *       "waiting_until": "2026-01-31T08:15:00.000000Z",
                         *       "snooze_until": "2026-01-31T08:15:00.000000Z",
                         *       "resolved_at": "2026-01-31T08:15:00.000000Z",
                         *       "resolved_by": "text",
                         *       "resolution": "text",
                         *       "outcome": "text",
                         *       "note": "Asked by phone",
                         *       "strength": "text",
                         *       "merged_into": "exc_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "after": "text",
                         *       "suggested_fixes": [
                         *         {
                         *           "action": "accounting.create_invoice",
                         *           "words": "text",
                         *           "preview": {
                         *             "summary": "text",
                         *             "money": {
                         *               "amount": "1840.00",
                         *               "currency": "GBP"
                         *             },
                         *             "system": "accounting",
                         *             "record_type": "invoice",
                         *             "record_id": "text",
                         *             "kind": {},
                         *             "fields": [
                         *               {
                         *                 "field": "text",
                         *                 "before": {},
                         *                 "after": {}
                         *               }
                         *             ],
                         *             "complete": true
                         *           }
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": components["schemas"]["ExceptionView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/exceptions/{exception}/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Resolves an exception */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    exception: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "action": "accounting.create_invoice",
                     *       "input": {},
                     *       "output": {},
                     *       "note": "Asked by phone",
                     *       "proof": "happened",
                     *       "outcome": "text",
                     *       "version": "original"
                     *     }
                     */
                    "application/json": components["schemas"]["ResolveBody"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "exception_id": "exc_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "run_id": "run_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "state": "text",
                         *       "steps": 1
                         *     }
                         */
                        "application/json": components["schemas"]["ResolvedView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/exceptions/{exception}/watch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Watches an exception */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    exception: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /** @example {} */
                        "application/json": Record<string, never>;
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        post?: never;
        /** Watches an exception no longer */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    exception: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /** @example {} */
                        "application/json": Record<string, never>;
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/exceptions/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Does the same to every exception of a set that was seen */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "which": {},
                     *       "snapshot": {
                     *         "count": 1,
                     *         "sha256": "text"
                     *       },
                     *       "resolve": {},
                     *       "do": {}
                     *     }
                     */
                    "application/json": components["schemas"]["BulkBody"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "exception_id": "exc_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "done": true,
                         *           "refused": "text"
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_BulkView"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/exceptions/snapshot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** States the set of open exceptions that a filter gives now */
        get: {
            parameters: {
                query?: {
                    /** @description Whose cause is this connection. */
                    connection?: string;
                    /** @description Of this owner. */
                    owner?: string;
                    /** @description Of this reason. */
                    reason?: string;
                    /** @description With those that are snoozed; without it the set is what a list shows. */
                    snoozed?: boolean;
                    /** @description Of this workflow. */
                    workflow?: string;
                    /** @description Workspace, as the header `Throughline-Workspace` names it. */
                    workspace?: string;
                };
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "count": 1,
                         *       "sha256": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["SnapshotView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/expressions/evaluate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Evaluates an expression as a run would
         * @description On the data that is sent along; nothing is kept. What does not evaluate is answered with 200 and the problem.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "template": {},
                     *       "condition": true,
                     *       "scope": {
                     *         "event": {},
                     *         "steps": {},
                     *         "item": {},
                     *         "index": 1,
                     *         "vars": {},
                     *         "record": {},
                     *         "headers": {}
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["EvaluateRequest"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "value": {},
                         *       "problem": {
                         *         "code": "TL",
                         *         "message": "text",
                         *         "hint": "text",
                         *         "offset": 1
                         *       }
                         *     }
                         */
                        "application/json": components["schemas"]["EvaluatedView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/figures/straight-through": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The straight-through rate: done without a human touch, of what was started and has ended */
        get: {
            parameters: {
                query?: {
                    /** @description First day in UTC, such as 2026-01-25; six days before the last where absent. */
                    from?: string;
                    /** @description Last day; today where absent. */
                    to?: string;
                    /** @description Only this workflow. */
                    workflow?: string;
                    /** @description Workspace, as the header `Throughline-Workspace` names it. */
                    workspace?: string;
                };
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "workspace": "acme",
                         *           "workflow": "invoice-readiness",
                         *           "day": "text",
                         *           "runs": 1,
                         *           "ended": 1,
                         *           "straight_through": 1,
                         *           "rate": 1
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_StraightThroughView"];
                    };
                };
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists grants */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "workspace": "acme",
                         *           "range": "text",
                         *           "reason": "missing_required",
                         *           "created_at": "2026-01-31T08:15:00.000000Z",
                         *           "created_by": "text"
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_GrantView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Opens private addresses to a workspace's connectors
         * @description They are addresses of the server's own network: an administrator of the server opens them.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "range": "text",
                     *       "reason": "missing_required"
                     *     }
                     */
                    "application/json": components["schemas"]["GrantRequest"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "range": "text",
                         *       "reason": "missing_required",
                         *       "created_at": "2026-01-31T08:15:00.000000Z",
                         *       "created_by": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["GrantView"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        /** Closes private addresses again */
        delete: {
            parameters: {
                query: {
                    /** @description Addresses and ports as the list shows them. */
                    range: string;
                    /** @description Workspace, as the header `Throughline-Workspace` names it. */
                    workspace?: string;
                };
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "text",
                         *       "done": true
                         *     }
                         */
                        "application/json": components["schemas"]["DoneView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/held-runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists runs that wait for a person since a restore */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before. */
                    after?: string;
                    /** @description The same as `after`. */
                    cursor?: string;
                    /** @description Rows, 1 to 200; 50 where absent. */
                    limit?: number;
                    /** @description Workspace, as the header `Throughline-Workspace` names it. */
                    workspace?: string;
                };
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "workspace": "acme",
                         *           "run_id": "run_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "workflow": "invoice-readiness",
                         *           "lifecycle": "text",
                         *           "held_at": "2026-01-31T08:15:00.000000Z"
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_HeldRunView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inbox": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists what people have to do, newest first: open exceptions and open questions */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before. */
                    after?: string;
                    /** @description The same as `after`. */
                    cursor?: string;
                    /** @description Rows, 1 to 200; 50 where absent. */
                    limit?: number;
                    /** @description Only what this person, team or role owns: `team:billing`. */
                    owner?: string;
                    /** @description With exceptions that are snoozed. */
                    snoozed?: boolean;
                    /** @description Workspace, as the header `Throughline-Workspace` names it. */
                    workspace?: string;
                };
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "what": "exception",
                         *           "id": "text",
                         *           "owner": "team:billing",
                         *           "due_at": "2026-01-31T08:15:00.000000Z",
                         *           "title": "text",
                         *           "exception": {
                         *             "workspace": "acme",
                         *             "exception_id": "exc_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *             "kind": "business",
                         *             "run_id": "run_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *             "path": "invoice",
                         *             "workflow": "invoice-readiness",
                         *             "version": 1,
                         *             "state": "open",
                         *             "severity": "low",
                         *             "what_changed": {},
                         *             "why_stopped": {
                         *               "reason": "missing_required",
                         *               "sentence": "The customer's signature is missing",
                         *               "workflow": "invoice-readiness",
                         *               "version": 1,
                         *               "step": "text"
                         *             },
                         *             "reason": "missing_required",
                         *             "sentence": "The customer's signature is missing",
                         *             "owner": "team:billing",
                         *             "person": "text",
                         *             "backup": "text",
                         *             "assigned_by": "text",
                         *             "due": {
                         *               "due_at": "2026-01-31T08:15:00.000000Z",
                         *               "original": "text",
                         *               "allowed": "text",
                         *               "calendar": "text",
                         *               "warn_at": "2026-01-31T08:15:00.000000Z",
                         *               "escalate_at": "2026-01-31T08:15:00.000000Z",
                         *               "breached_at": "2026-01-31T08:15:00.000000Z"
                         *             },
                         *             "due_at": "2026-01-31T08:15:00.000000Z",
                         *             "updates_after": {},
                         *             "no_update_reason": "text",
                         *             "unrouted": true,
                         *             "failure": {
                         *               "code": "text",
                         *               "message": "text",
                         *               "kind": "text",
                         *               "origin": "text",
                         *               "http_status": 1,
                         *               "remote_request_id": "text",
                         *               "detail": {}
                         *             },
                         *             "effect_id": "eff_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *             "connection": "accounting",
                         *             "retry_from": "text",
                         *             "money": 1,
                         *             "customer_visible": true,
                         *             "tags": [
                         *               "text"
                         *             ],
                         *             "occurrences": 1,
                         *             "reopened": 1,
                         *             "opened_at": "2026-01-31T08:15:00.000000Z",
                         *             "last_seen_at": "2026-01-31T08:15:00.000000Z",
                         *             "waiting_on": "text",
                         *             "waiting_until": "2026-01-31T08:15:00.000000Z",
                         *             "snooze_until": "2026-01-31T08:15:00.000000Z",
                         *             "resolved_at": "2026-01-31T08:15:00.000000Z",
                         *             "resolved_by": "text",
                         *             "resolution": "text",
                         *             "outcome": "text",
                         *             "note": "Asked by phone",
                         *             "strength": "text",
                         *             "merged_into": "exc_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *             "after": "text",
                         *             "suggested_fixes": [
                         *               {
                         *                 "action": "accounting.create_invoice",
                         *                 "words": "text",
                         *                 "preview": {
                         *                   "summary": "text",
                         *                   "money": {
                         *                     "amount": "1840.00",
                         *                     "currency": "GBP"
                         *                   },
                         *                   "system": "accounting",
                         *                   "record_type": "invoice",
                         *                   "record_id": "text",
                         *                   "kind": {},
                         *                   "fields": [
                         *                     {
                         *                       "field": "text",
                         *                       "before": {},
                         *                       "after": {}
                         *                     }
                         *                   ],
                         *                   "complete": true
                         *                 }
                         *               }
                         *             ]
                         *           },
                         *           "ask": {
                         *             "workspace": "acme",
                         *             "ask_id": "text",
                         *             "run_id": "run_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *             "path": "invoice",
                         *             "workflow": "invoice-readiness",
                         *             "question": "text",
                         *             "form": {},
                         *             "owner": "team:billing",
                         *             "due_at": "2026-01-31T08:15:00.000000Z",
                         *             "state": "open",
                         *             "asked_at": "2026-01-31T08:15:00.000000Z",
                         *             "closed_at": "2026-01-31T08:15:00.000000Z",
                         *             "answered_by": "text",
                         *             "answer": {}
                         *           }
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_InboxItem"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who am I, and what may I? */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "person_id": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "name": "text",
                         *       "mail": "anna@example.com",
                         *       "by": "text",
                         *       "recorded_as": "text",
                         *       "confirmed_at": "2026-01-31T08:15:00.000000Z",
                         *       "server_admin": true,
                         *       "server_rights": [
                         *         "text"
                         *       ],
                         *       "workspaces": [
                         *         {
                         *           "workspace": "acme",
                         *           "roles": [
                         *             "text"
                         *           ],
                         *           "rights": [
                         *             "text"
                         *           ]
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": components["schemas"]["MeView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Types the password again: what is asked for now and then before something large is decided */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "password": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["ConfirmRequest"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "text",
                         *       "done": true
                         *     }
                         */
                        "application/json": components["schemas"]["DoneView"];
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sets another password
         * @description Every other session ends: whoever had the old one is out.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "old": "text",
                     *       "new": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["PasswordRequest"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "text",
                         *       "done": true
                         *     }
                         */
                        "application/json": components["schemas"]["DoneView"];
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists one's sessions, newest first
         * @description With the token of the data directory: those that its links began.
         */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "session_id": "text",
                         *           "client": "text",
                         *           "created_at": "2026-01-31T08:15:00.000000Z",
                         *           "used_at": "2026-01-31T08:15:00.000000Z",
                         *           "current": true
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_SessionView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Ends all of one's sessions but the one of this request */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "text",
                         *       "done": true
                         *     }
                         */
                        "application/json": components["schemas"]["DoneView"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/sessions/{session}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends one of one's sessions */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    session: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "text",
                         *       "done": true
                         *     }
                         */
                        "application/json": components["schemas"]["DoneView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists members by workspace and handle */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "workspace": "acme",
                         *           "person_id": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "handle": "anna",
                         *           "name": "text",
                         *           "mail": "anna@example.com",
                         *           "kind": "account",
                         *           "active": true,
                         *           "roles": [
                         *             "text"
                         *           ],
                         *           "duties": [
                         *             "text"
                         *           ],
                         *           "teams": [
                         *             "text"
                         *           ],
                         *           "added_at": "2026-01-31T08:15:00.000000Z"
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_MemberView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        /** Adds a member: an account with roles, or an external approver */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "handle": "anna",
                     *       "account": "Acme Heating Ltd",
                     *       "name": "text",
                     *       "mail": "anna@example.com",
                     *       "roles": [
                     *         "text"
                     *       ],
                     *       "duties": [
                     *         "text"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["MemberRequest"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "person_id": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "handle": "anna",
                         *       "name": "text",
                         *       "mail": "anna@example.com",
                         *       "kind": "account",
                         *       "active": true,
                         *       "roles": [
                         *         "text"
                         *       ],
                         *       "duties": [
                         *         "text"
                         *       ],
                         *       "teams": [
                         *         "text"
                         *       ],
                         *       "added_at": "2026-01-31T08:15:00.000000Z"
                         *     }
                         */
                        "application/json": components["schemas"]["MemberView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members/{person}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Changes a member: handle, roles, duties
         * @description `{person}` is the person's id or the handle. A role that was taken counts at their next request.
         */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    person: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "handle": "anna",
                     *       "roles": [
                     *         "text"
                     *       ],
                     *       "duties": [
                     *         "text"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["MemberPatch"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "person_id": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "handle": "anna",
                         *       "name": "text",
                         *       "mail": "anna@example.com",
                         *       "kind": "account",
                         *       "active": true,
                         *       "roles": [
                         *         "text"
                         *       ],
                         *       "duties": [
                         *         "text"
                         *       ],
                         *       "teams": [
                         *         "text"
                         *       ],
                         *       "added_at": "2026-01-31T08:15:00.000000Z"
                         *     }
                         */
                        "application/json": components["schemas"]["MemberView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        post?: never;
        /**
         * Removes a member, with roles, duties and teams
         * @description What they did keeps their name.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    person: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "text",
                         *       "done": true
                         *     }
                         */
                        "application/json": components["schemas"]["DoneView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members/{person}/delegations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Lets somebody stand in for a member
         * @description For who is away already, or has no account. Nobody makes themselves the stand-in of another so.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    person: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "to": "ben",
                     *       "ends_at": "2026-08-15T00:00:00Z",
                     *       "workflows": [
                     *         "invoice"
                     *       ],
                     *       "money": {
                     *         "up_to": "500.00",
                     *         "currency": "GBP"
                     *       },
                     *       "irreversible": true
                     *     }
                     */
                    "application/json": components["schemas"]["DelegationRequest"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "delegation_id": "text",
                         *       "from": {
                         *         "person_id": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *         "name": "text"
                         *       },
                         *       "to": {
                         *         "person_id": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *         "name": "text"
                         *       },
                         *       "starts_at": "2026-01-31T08:15:00.000000Z",
                         *       "ends_at": "2026-01-31T08:15:00.000000Z",
                         *       "workflows": [
                         *         "text"
                         *       ],
                         *       "money_up_to": {
                         *         "amount": "1840.00",
                         *         "currency": "GBP"
                         *       },
                         *       "all_money": true,
                         *       "irreversible": true,
                         *       "covers": "text",
                         *       "created_at": "2026-01-31T08:15:00.000000Z",
                         *       "created_by": "text",
                         *       "ended_at": "2026-01-31T08:15:00.000000Z"
                         *     }
                         */
                        "application/json": components["schemas"]["DelegationView"];
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members/{person}/delegations/{delegation}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends a delegation of a member before its time */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    delegation: string;
                    person: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "delegation_id": "text",
                         *       "from": {
                         *         "person_id": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *         "name": "text"
                         *       },
                         *       "to": {
                         *         "person_id": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *         "name": "text"
                         *       },
                         *       "starts_at": "2026-01-31T08:15:00.000000Z",
                         *       "ends_at": "2026-01-31T08:15:00.000000Z",
                         *       "workflows": [
                         *         "text"
                         *       ],
                         *       "money_up_to": {
                         *         "amount": "1840.00",
                         *         "currency": "GBP"
                         *       },
                         *       "all_money": true,
                         *       "irreversible": true,
                         *       "covers": "text",
                         *       "created_at": "2026-01-31T08:15:00.000000Z",
                         *       "created_by": "text",
                         *       "ended_at": "2026-01-31T08:15:00.000000Z"
                         *     }
                         */
                        "application/json": components["schemas"]["DelegationView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/misfires": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists planned instants that passed while nothing could run
         * @description The newest hundred of each workflow.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Only this workflow's. */
                    workflow?: string;
                    /** @description Workspace, as the header `Throughline-Workspace` names it. */
                    workspace?: string;
                };
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "workspace": "acme",
                         *           "workflow": "invoice-readiness",
                         *           "planned_at": "2026-01-31T08:15:00.000000Z",
                         *           "recorded_at": "2026-01-31T08:15:00.000000Z"
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_MisfireView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OpenAPI 3.1 */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /** @example {} */
                        "application/json": Record<string, never>;
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plugins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists installed plugins */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "connector": "accounting",
                         *           "version": "text",
                         *           "name": "text",
                         *           "description": "text",
                         *           "digest": "text",
                         *           "contract": "text",
                         *           "permissions": "text",
                         *           "actions": [
                         *             "text"
                         *           ],
                         *           "triggers": [
                         *             "text"
                         *           ],
                         *           "state": "installed",
                         *           "quarantine": {
                         *             "until": "2026-01-31T08:15:00.000000Z",
                         *             "times": 1,
                         *             "reason": "missing_required"
                         *           },
                         *           "current": true,
                         *           "installed_at": "2026-01-31T08:15:00.000000Z",
                         *           "installed_by": "text"
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_PluginView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Installs a plugin
         * @description The body is the component. Without consent to exactly what it may do the answer is 409 and says it in words.
         */
        post: {
            parameters: {
                query?: {
                    /** @description Digest of the permissions that you agree to, as the refusal without it names them. */
                    accept?: string;
                };
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/wasm": number[];
                };
            };
            responses: {
                /** @description It was installed already. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "connector": "accounting",
                         *       "version": "text",
                         *       "name": "text",
                         *       "description": "text",
                         *       "digest": "text",
                         *       "contract": "text",
                         *       "permissions": "text",
                         *       "actions": [
                         *         "text"
                         *       ],
                         *       "triggers": [
                         *         "text"
                         *       ],
                         *       "state": "installed",
                         *       "quarantine": {
                         *         "until": "2026-01-31T08:15:00.000000Z",
                         *         "times": 1,
                         *         "reason": "missing_required"
                         *       },
                         *       "current": true,
                         *       "installed_at": "2026-01-31T08:15:00.000000Z",
                         *       "installed_by": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["PluginView"];
                    };
                };
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "connector": "accounting",
                         *       "version": "text",
                         *       "name": "text",
                         *       "description": "text",
                         *       "digest": "text",
                         *       "contract": "text",
                         *       "permissions": "text",
                         *       "actions": [
                         *         "text"
                         *       ],
                         *       "triggers": [
                         *         "text"
                         *       ],
                         *       "state": "installed",
                         *       "quarantine": {
                         *         "until": "2026-01-31T08:15:00.000000Z",
                         *         "times": 1,
                         *         "reason": "missing_required"
                         *       },
                         *       "current": true,
                         *       "installed_at": "2026-01-31T08:15:00.000000Z",
                         *       "installed_by": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["PluginView"];
                    };
                };
                /** @description Consent is needed. */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plugins/{connector}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets a plugin that was set aside run again */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    connector: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "text",
                         *       "done": true
                         *     }
                         */
                        "application/json": components["schemas"]["DoneView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plugins/shipped": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the connectors that ship
         * @description Each with what it asks for in words, and the digest of that to agree to. Empty where nothing lies beside the program.
         */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "connector": "accounting",
                         *           "version": "text",
                         *           "name": "text",
                         *           "description": "text",
                         *           "digest": "text",
                         *           "permissions": "text",
                         *           "asks_for": [
                         *             "text"
                         *           ],
                         *           "installed": true,
                         *           "replaces": "text"
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_ShippedView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plugins/shipped/{connector}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Installs a connector that ships
         * @description Without consent to exactly what it may do the answer is 409 and says it in words.
         */
        post: {
            parameters: {
                query?: {
                    /** @description Digest of the permissions that you agree to, as the refusal without it names them. */
                    accept?: string;
                };
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    connector: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It was installed already. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "connector": "accounting",
                         *       "version": "text",
                         *       "name": "text",
                         *       "description": "text",
                         *       "digest": "text",
                         *       "contract": "text",
                         *       "permissions": "text",
                         *       "actions": [
                         *         "text"
                         *       ],
                         *       "triggers": [
                         *         "text"
                         *       ],
                         *       "state": "installed",
                         *       "quarantine": {
                         *         "until": "2026-01-31T08:15:00.000000Z",
                         *         "times": 1,
                         *         "reason": "missing_required"
                         *       },
                         *       "current": true,
                         *       "installed_at": "2026-01-31T08:15:00.000000Z",
                         *       "installed_by": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["PluginView"];
                    };
                };
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "connector": "accounting",
                         *       "version": "text",
                         *       "name": "text",
                         *       "description": "text",
                         *       "digest": "text",
                         *       "contract": "text",
                         *       "permissions": "text",
                         *       "actions": [
                         *         "text"
                         *       ],
                         *       "triggers": [
                         *         "text"
                         *       ],
                         *       "state": "installed",
                         *       "quarantine": {
                         *         "until": "2026-01-31T08:15:00.000000Z",
                         *         "times": 1,
                         *         "reason": "missing_required"
                         *       },
                         *       "current": true,
                         *       "installed_at": "2026-01-31T08:15:00.000000Z",
                         *       "installed_by": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["PluginView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Consent is needed. */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/practice": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the simulated systems that run beside this server
         * @description Empty unless it was started with them.
         */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "connector": "accounting",
                         *           "base_url": "http://127.0.0.1:41001",
                         *           "installed": true,
                         *           "connected": true
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_PracticeSystemView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Connects a workspace to the simulated systems
         * @description Those whose connector is installed and that nothing of this name is connected for; their addresses are opened to the
         *     workspace. A connection that exists is left alone. Their secrets are files of the data directory, and their addresses are
         *     the server's own: an administrator of the server does it.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "connector": "accounting",
                         *           "base_url": "http://127.0.0.1:41001",
                         *           "installed": true,
                         *           "connected": true
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_PracticeSystemView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/practice/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Completes a job in the simulated projects system
         * @description As its own users would; the system announces it to the workflow by its webhook.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "workflow": "invoice-readiness",
                     *       "with_proof": true
                     *     }
                     */
                    "application/json": components["schemas"]["PracticeJobRequest"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "job_id": "job_0007",
                         *       "number": "J-1007",
                         *       "title": "Boiler swap"
                         *     }
                         */
                        "application/json": components["schemas"]["PracticeJobView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proposals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists proposals, newest first, or by deadline */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before. */
                    after?: string;
                    /**
                     * @description `me`: only the open ones that you could decide about, or are asked a question about, for yourself or for somebody you
                     *     stand in for; each says whose decision that is, what is asked, and until when you put it off.
                     */
                    asked?: string;
                    /** @description The same as `after`. */
                    cursor?: string;
                    /** @description Rows, 1 to 200; 50 where absent. */
                    limit?: number;
                    /** @description `due`: the open ones by deadline, the first to end first. */
                    order?: string;
                    /** @description `open`, where absent, or any other state; `any` for all. */
                    state?: string;
                    /** @description Workspace, as the header `Throughline-Workspace` names it. */
                    workspace?: string;
                };
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "workspace": "acme",
                         *           "proposal_id": "prp_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "run_id": "run_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "path": "invoice",
                         *           "workflow": "invoice-readiness",
                         *           "version": 1,
                         *           "state": "open",
                         *           "summary": "text",
                         *           "money": {
                         *             "amount": "1840.00",
                         *             "currency": "GBP"
                         *           },
                         *           "irreversible": true,
                         *           "operations": [
                         *             {
                         *               "system": "accounting",
                         *               "record_type": "invoice",
                         *               "record_id": "text",
                         *               "kind": {},
                         *               "action": "accounting.create_invoice",
                         *               "connection": "accounting",
                         *               "input": {},
                         *               "fields": [
                         *                 {
                         *                   "field": "text",
                         *                   "before": {},
                         *                   "after": {}
                         *                 }
                         *               ],
                         *               "precondition": {},
                         *               "undo": {},
                         *               "idempotency_key": "text",
                         *               "complete": true
                         *             }
                         *           ],
                         *           "content_hash": "text",
                         *           "shape": "text",
                         *           "replaces": "text",
                         *           "replaced_by": "text",
                         *           "opened_at": "2026-01-31T08:15:00.000000Z",
                         *           "expires_at": "2026-01-31T08:15:00.000000Z",
                         *           "closed_at": "2026-01-31T08:15:00.000000Z",
                         *           "closed_why": "text",
                         *           "effect_id": "eff_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "for_you": [
                         *             {
                         *               "person_id": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *               "name": "text"
                         *             }
                         *           ],
                         *           "open_questions": 1,
                         *           "asks_you": true,
                         *           "snoozed_until": "2026-01-31T08:15:00.000000Z"
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_ProposalView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proposals/{proposal}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One proposal */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    proposal: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "proposal_id": "prp_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "run_id": "run_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "path": "invoice",
                         *       "workflow": "invoice-readiness",
                         *       "version": 1,
                         *       "state": "open",
                         *       "summary": "text",
                         *       "money": {
                         *         "amount": "1840.00",
                         *         "currency": "GBP"
                         *       },
                         *       "irreversible": true,
                         *       "operations": [
                         *         {
                         *           "system": "accounting",
                         *           "record_type": "invoice",
                         *           "record_id": "text",
                         *           "kind": {},
                         *           "action": "accounting.create_invoice",
                         *           "connection": "accounting",
                         *           "input": {},
                         *           "fields": [
                         *             {
                         *               "field": "text",
                         *               "before": {},
                         *               "after": {}
                         *             }
                         *           ],
                         *           "precondition": {},
                         *           "undo": {},
                         *           "idempotency_key": "text",
                         *           "complete": true
                         *         }
                         *       ],
                         *       "content_hash": "text",
                         *       "shape": "text",
                         *       "replaces": "text",
                         *       "replaced_by": "text",
                         *       "opened_at": "2026-01-31T08:15:00.000000Z",
                         *       "expires_at": "2026-01-31T08:15:00.000000Z",
                         *       "closed_at": "2026-01-31T08:15:00.000000Z",
                         *       "closed_why": "text",
                         *       "effect_id": "eff_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "for_you": [
                         *         {
                         *           "person_id": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "name": "text"
                         *         }
                         *       ],
                         *       "open_questions": 1,
                         *       "asks_you": true,
                         *       "snoozed_until": "2026-01-31T08:15:00.000000Z",
                         *       "policy": "text",
                         *       "rules": [
                         *         {
                         *           "rule": "text",
                         *           "because": "text",
                         *           "needed": 1,
                         *           "approved_by": [
                         *             "text"
                         *           ],
                         *           "asked": [
                         *             "text"
                         *           ]
                         *         }
                         *       ],
                         *       "silence": [
                         *         {
                         *           "at": "2026-01-31T08:15:00.000000Z",
                         *           "does": "remind",
                         *           "whom": [
                         *             "text"
                         *           ]
                         *         }
                         *       ],
                         *       "decisions": [
                         *         {
                         *           "decision_id": "dec_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "principal": "text",
                         *           "actor": "text",
                         *           "via": {},
                         *           "assurance": {},
                         *           "verdict": {},
                         *           "reason": {},
                         *           "note": "Asked by phone",
                         *           "edit": {},
                         *           "opened_at": "2026-01-31T08:15:00.000000Z",
                         *           "decided_at": "2026-01-31T08:15:00.000000Z"
                         *         }
                         *       ],
                         *       "comments": [
                         *         {
                         *           "comment_id": "text",
                         *           "by": "text",
                         *           "text": "text",
                         *           "at": "2026-01-31T08:15:00.000000Z",
                         *           "asks": "text",
                         *           "answered_at": "2026-01-31T08:15:00.000000Z",
                         *           "answers": "text"
                         *         }
                         *       ],
                         *       "requested_by": [
                         *         "text"
                         *       ],
                         *       "edited_by": [
                         *         "text"
                         *       ],
                         *       "waits_for": [
                         *         "text"
                         *       ],
                         *       "differences": {}
                         *     }
                         */
                        "application/json": components["schemas"]["ProposalDetailView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proposals/{proposal}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Comments on a proposal, asks somebody about it, or answers
         * @description Nothing of the proposal changes by it: who decides, and until when, stays. It also takes it out of other people's snoozes.
         *     For everybody who does anything in this workspace, and for who is asked a question about it.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    proposal: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "text": "Is this the new price list?",
                     *       "asks": "person:sam"
                     *     }
                     */
                    "application/json": components["schemas"]["ProposalCommentRequest"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "comment_id": "text",
                         *       "by": "text",
                         *       "text": "text",
                         *       "at": "2026-01-31T08:15:00.000000Z",
                         *       "asks": "text",
                         *       "answered_at": "2026-01-31T08:15:00.000000Z",
                         *       "answers": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["ProposalCommentView"];
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proposals/{proposal}/decision": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Decides about a proposal */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    proposal: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "verdict": "approve",
                     *       "shown_hash": "text",
                     *       "reason": "missing_required",
                     *       "note": "Asked by phone",
                     *       "edit": {
                     *         "input": {}
                     *       },
                     *       "on_behalf_of": "text",
                     *       "opened_at": "2026-01-31T08:15:00.000000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["DecisionBody"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "decision_id": "dec_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "proposal_id": "prp_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "state": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["DecisionTakenView"];
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proposals/{proposal}/similar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was decided about the same before: the last twenty ended proposals of its shape
         * @description Of one shape are proposals that differ in values only. The last that ended first.
         */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    proposal: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "workspace": "acme",
                         *           "proposal_id": "prp_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "run_id": "run_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "path": "invoice",
                         *           "workflow": "invoice-readiness",
                         *           "version": 1,
                         *           "state": "open",
                         *           "summary": "text",
                         *           "money": {
                         *             "amount": "1840.00",
                         *             "currency": "GBP"
                         *           },
                         *           "irreversible": true,
                         *           "operations": [
                         *             {
                         *               "system": "accounting",
                         *               "record_type": "invoice",
                         *               "record_id": "text",
                         *               "kind": {},
                         *               "action": "accounting.create_invoice",
                         *               "connection": "accounting",
                         *               "input": {},
                         *               "fields": [
                         *                 {
                         *                   "field": "text",
                         *                   "before": {},
                         *                   "after": {}
                         *                 }
                         *               ],
                         *               "precondition": {},
                         *               "undo": {},
                         *               "idempotency_key": "text",
                         *               "complete": true
                         *             }
                         *           ],
                         *           "content_hash": "text",
                         *           "shape": "text",
                         *           "replaces": "text",
                         *           "replaced_by": "text",
                         *           "opened_at": "2026-01-31T08:15:00.000000Z",
                         *           "expires_at": "2026-01-31T08:15:00.000000Z",
                         *           "closed_at": "2026-01-31T08:15:00.000000Z",
                         *           "closed_why": "text",
                         *           "effect_id": "eff_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "for_you": [
                         *             {
                         *               "person_id": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *               "name": "text"
                         *             }
                         *           ],
                         *           "open_questions": 1,
                         *           "asks_you": true,
                         *           "snoozed_until": "2026-01-31T08:15:00.000000Z"
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_ProposalView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proposals/{proposal}/snooze": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Keeps a proposal out of your own list until a time
         * @description For you only: others see it as before, reminders go out, and it ends when it would have. It comes back by itself, and as soon
         *     as somebody else says something about it.
         */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    proposal: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "until": "2026-01-31T08:15:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["SnoozeRequest"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /** @example {} */
                        "application/json": Record<string, never>;
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        post?: never;
        /** Takes a proposal back into your list */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    proposal: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /** @example {} */
                        "application/json": Record<string, never>;
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proposals/{proposal}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Withdraws an open proposal
         * @description Nobody is asked any more and nothing is sent: the step takes its exception port, or parks on `policy_hold`. For who publishes
         *     workflows, and for who asked for the run. What is decided stands (409).
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    proposal: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "reason": "the price list was wrong"
                     *     }
                     */
                    "application/json": components["schemas"]["WithdrawRequest"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "proposal_id": "prp_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "run_id": "run_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "path": "invoice",
                         *       "workflow": "invoice-readiness",
                         *       "version": 1,
                         *       "state": "open",
                         *       "summary": "text",
                         *       "money": {
                         *         "amount": "1840.00",
                         *         "currency": "GBP"
                         *       },
                         *       "irreversible": true,
                         *       "operations": [
                         *         {
                         *           "system": "accounting",
                         *           "record_type": "invoice",
                         *           "record_id": "text",
                         *           "kind": {},
                         *           "action": "accounting.create_invoice",
                         *           "connection": "accounting",
                         *           "input": {},
                         *           "fields": [
                         *             {
                         *               "field": "text",
                         *               "before": {},
                         *               "after": {}
                         *             }
                         *           ],
                         *           "precondition": {},
                         *           "undo": {},
                         *           "idempotency_key": "text",
                         *           "complete": true
                         *         }
                         *       ],
                         *       "content_hash": "text",
                         *       "shape": "text",
                         *       "replaces": "text",
                         *       "replaced_by": "text",
                         *       "opened_at": "2026-01-31T08:15:00.000000Z",
                         *       "expires_at": "2026-01-31T08:15:00.000000Z",
                         *       "closed_at": "2026-01-31T08:15:00.000000Z",
                         *       "closed_why": "text",
                         *       "effect_id": "eff_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "for_you": [
                         *         {
                         *           "person_id": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "name": "text"
                         *         }
                         *       ],
                         *       "open_questions": 1,
                         *       "asks_you": true,
                         *       "snoozed_until": "2026-01-31T08:15:00.000000Z"
                         *     }
                         */
                        "application/json": components["schemas"]["ProposalView"];
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proposals/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists open proposals by their shape, the group with the nearest deadline first */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "workspace": "acme",
                         *           "shape": "text",
                         *           "workflow": "invoice-readiness",
                         *           "version": 1,
                         *           "summary": "text",
                         *           "count": 1,
                         *           "money": {
                         *             "amount": "1840.00",
                         *             "currency": "GBP"
                         *           },
                         *           "oldest": "text",
                         *           "expires_at": "2026-01-31T08:15:00.000000Z",
                         *           "snapshot": {
                         *             "as_of": "text",
                         *             "count": 1,
                         *             "sha256": "text"
                         *           }
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_GroupView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proposals/groups/{shape}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A group with its proposals, the nearest deadline first */
        get: {
            parameters: {
                query?: {
                    /** @description The proposal before the first one to show. */
                    after?: string;
                    /** @description As it was then, RFC 3339: `as_of` of a snapshot. */
                    as_of?: string;
                    /** @description The same as `after`. */
                    cursor?: string;
                    /** @description Rows, 1 to 200; 50 where absent. */
                    limit?: number;
                    /** @description Workspace, as the header `Throughline-Workspace` names it. */
                    workspace?: string;
                };
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    shape: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "shape": "text",
                         *       "workflow": "invoice-readiness",
                         *       "version": 1,
                         *       "summary": "text",
                         *       "count": 1,
                         *       "money": {
                         *         "amount": "1840.00",
                         *         "currency": "GBP"
                         *       },
                         *       "oldest": "text",
                         *       "expires_at": "2026-01-31T08:15:00.000000Z",
                         *       "snapshot": {
                         *         "as_of": "text",
                         *         "count": 1,
                         *         "sha256": "text"
                         *       },
                         *       "items": [
                         *         {
                         *           "workspace": "acme",
                         *           "proposal_id": "prp_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "run_id": "run_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "path": "invoice",
                         *           "workflow": "invoice-readiness",
                         *           "version": 1,
                         *           "state": "open",
                         *           "summary": "text",
                         *           "money": {
                         *             "amount": "1840.00",
                         *             "currency": "GBP"
                         *           },
                         *           "irreversible": true,
                         *           "operations": [
                         *             {
                         *               "system": "accounting",
                         *               "record_type": "invoice",
                         *               "record_id": "text",
                         *               "kind": {},
                         *               "action": "accounting.create_invoice",
                         *               "connection": "accounting",
                         *               "input": {},
                         *               "fields": [
                         *                 {
                         *                   "field": "text",
                         *                   "before": {},
                         *                   "after": {}
                         *                 }
                         *               ],
                         *               "precondition": {},
                         *               "undo": {},
                         *               "idempotency_key": "text",
                         *               "complete": true
                         *             }
                         *           ],
                         *           "content_hash": "text",
                         *           "shape": "text",
                         *           "replaces": "text",
                         *           "replaced_by": "text",
                         *           "opened_at": "2026-01-31T08:15:00.000000Z",
                         *           "expires_at": "2026-01-31T08:15:00.000000Z",
                         *           "closed_at": "2026-01-31T08:15:00.000000Z",
                         *           "closed_why": "text",
                         *           "effect_id": "eff_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "for_you": [
                         *             {
                         *               "person_id": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *               "name": "text"
                         *             }
                         *           ],
                         *           "open_questions": 1,
                         *           "asks_you": true,
                         *           "snoozed_until": "2026-01-31T08:15:00.000000Z"
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["GroupDetailView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proposals/groups/{shape}/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decides about several proposals of one shape, each by itself
         * @description The snapshot states the set as it was seen: where one of it was decided or ended since, nothing is done (409). Otherwise each
         *     decision is taken or refused like one by itself, and the answer says which.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    shape: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "snapshot": {
                     *         "as_of": "2026-01-31T08:15:00.000000Z",
                     *         "count": 2,
                     *         "sha256": "9f2c…"
                     *       },
                     *       "decisions": [
                     *         {
                     *           "proposal_id": "prp_…",
                     *           "shown_hash": "51b7…",
                     *           "verdict": "approve",
                     *           "opened_at": "2026-01-31T08:16:00Z"
                     *         },
                     *         {
                     *           "proposal_id": "prp_…",
                     *           "shown_hash": "e00a…",
                     *           "verdict": "reject",
                     *           "reason": "wrong_value"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ManyRequest"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "proposal_id": "prp_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "done": true,
                         *           "decision_id": "dec_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "state": "text",
                         *           "refused": "text",
                         *           "code": "text"
                         *         }
                         *       ],
                         *       "snapshot": {
                         *         "as_of": "text",
                         *         "count": 1,
                         *         "sha256": "text"
                         *       }
                         *     }
                         */
                        "application/json": components["schemas"]["ManyView"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/publish-requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the requests to publish that wait for a second person, by workflow */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "workspace": "acme",
                         *           "request_id": "text",
                         *           "workflow": "invoice-readiness",
                         *           "sha256": "text",
                         *           "note": "Asked by phone",
                         *           "asked_by": "text",
                         *           "asked_at": "2026-01-31T08:15:00.000000Z",
                         *           "state": "open",
                         *           "decided_by": "text",
                         *           "decided_at": "2026-01-31T08:15:00.000000Z",
                         *           "words": "text",
                         *           "version": 1
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_PublishRequestView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/publish-requests/{request}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One request to publish, with its text */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    request: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "request_id": "text",
                         *       "workflow": "invoice-readiness",
                         *       "sha256": "text",
                         *       "note": "Asked by phone",
                         *       "asked_by": "text",
                         *       "asked_at": "2026-01-31T08:15:00.000000Z",
                         *       "state": "open",
                         *       "decided_by": "text",
                         *       "decided_at": "2026-01-31T08:15:00.000000Z",
                         *       "words": "text",
                         *       "version": 1,
                         *       "text": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["PublishRequestDetail"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /**
         * Takes a request to publish back
         * @description For who asked, and for administrators.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    request: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /** @example {} */
                        "application/json": Record<string, never>;
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/publish-requests/{request}/publish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Publishes what a request asks for, as its second person
         * @description Whoever asked is refused (403). Where the text or the current version is not the one you looked at, nothing is published (409).
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    request: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "sha256": "sha256",
                     *       "current": 1,
                     *       "withdraw_open": true
                     *     }
                     */
                    "application/json": components["schemas"]["PublishAgreement"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "workflow": "invoice-readiness",
                         *       "version": 1,
                         *       "unchanged": true,
                         *       "withdrawn": 1,
                         *       "warnings": [
                         *         {
                         *           "path": "invoice",
                         *           "line": 1,
                         *           "column": 1,
                         *           "code": "text",
                         *           "severity": "error",
                         *           "message": "text",
                         *           "expected": "text",
                         *           "hint": "text"
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": components["schemas"]["PublishedView"];
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/publish-requests/{request}/send-back": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends a request to publish back, as its second person */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    request: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "words": "the exception path has no owner at night"
                     *     }
                     */
                    "application/json": components["schemas"]["SendBackRequest"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /** @example {} */
                        "application/json": Record<string, never>;
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/publishing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Does every version take a second person? */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "by_two": true
                         *     }
                         */
                        "application/json": components["schemas"]["PublishingView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        /** Sets whether every version takes a second person */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "by_two": true
                     *     }
                     */
                    "application/json": components["schemas"]["PublishingView"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "by_two": true
                         *     }
                         */
                        "application/json": components["schemas"]["PublishingView"];
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/routing-rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the routing rules */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "position": 1,
                         *           "rule": {}
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_RoutingRuleView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        /** Sets all routing rules */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "rules": [
                     *         {}
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["RulesBody"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "position": 1,
                         *           "rule": {}
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_RoutingRuleView"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists runs, newest first */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before. */
                    after?: string;
                    /** @description The same as `after`. */
                    cursor?: string;
                    /** @description Only with this searchable key: `name:value`. */
                    key?: string;
                    /** @description Rows, 1 to 200; 50 where absent. */
                    limit?: number;
                    /** @description Only accepted at this time or later, RFC 3339. */
                    since?: string;
                    /** @description Only in this status: `queued`, `running`, `waiting`, `succeeded`, `failed`, `cancelled`. */
                    status?: string;
                    /** @description Only this workflow's. */
                    workflow?: string;
                    /** @description Workspace, as the header `Throughline-Workspace` names it. */
                    workspace?: string;
                };
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "workspace": "acme",
                         *           "run_id": "run_01jcq3v0n4x2h8k5w7r9t1b6d0",
                         *           "workflow": "invoice-readiness",
                         *           "version": 1,
                         *           "status": "queued",
                         *           "lifecycle": "active",
                         *           "event_id": "evt_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "parent_run_id": "text",
                         *           "parent_path": "text",
                         *           "retry_of": "run_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "keys": {
                         *             "name": {}
                         *           },
                         *           "created_at": "2026-01-31T08:15:00.000000Z",
                         *           "started_at": "2026-01-31T08:15:00.000000Z",
                         *           "due_at": "2026-01-31T08:15:00.000000Z",
                         *           "ended_at": "2026-01-31T08:15:00.000000Z",
                         *           "duration_ms": 1,
                         *           "failure": {
                         *             "code": "text",
                         *             "message": "text",
                         *             "kind": "text",
                         *             "origin": "text",
                         *             "http_status": 1,
                         *             "remote_request_id": "text",
                         *             "detail": {}
                         *           }
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_RunView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Starts a run
         * @description Answers 202 as soon as the event and its run are durable.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same as `dedupe_key`. */
                    "Idempotency-Key"?: string | null;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "workflow": "invoice-readiness",
                     *       "event": {},
                     *       "dedupe_key": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["StartRequest"];
                };
            };
            responses: {
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "run_id": "run_01jcq3v0n4x2h8k5w7r9t1b6d0",
                         *       "workflow": "invoice-readiness",
                         *       "version": 1,
                         *       "status": "queued",
                         *       "lifecycle": "active",
                         *       "event_id": "evt_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "parent_run_id": "text",
                         *       "parent_path": "text",
                         *       "retry_of": "run_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "keys": {
                         *         "name": {}
                         *       },
                         *       "created_at": "2026-01-31T08:15:00.000000Z",
                         *       "started_at": "2026-01-31T08:15:00.000000Z",
                         *       "due_at": "2026-01-31T08:15:00.000000Z",
                         *       "ended_at": "2026-01-31T08:15:00.000000Z",
                         *       "duration_ms": 1,
                         *       "failure": {
                         *         "code": "text",
                         *         "message": "text",
                         *         "kind": "text",
                         *         "origin": "text",
                         *         "http_status": 1,
                         *         "remote_request_id": "text",
                         *         "detail": {}
                         *       },
                         *       "duplicate": true
                         *     }
                         */
                        "application/json": components["schemas"]["StartedView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One run with its steps, effects, exceptions and questions */
        get: {
            parameters: {
                query?: {
                    /** @description The log's entries too. */
                    log?: boolean;
                    /** @description Workspace, as the header `Throughline-Workspace` names it. */
                    workspace?: string;
                };
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    run: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "run_id": "run_01jcq3v0n4x2h8k5w7r9t1b6d0",
                         *       "workflow": "invoice-readiness",
                         *       "version": 1,
                         *       "status": "queued",
                         *       "lifecycle": "active",
                         *       "event_id": "evt_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "parent_run_id": "text",
                         *       "parent_path": "text",
                         *       "retry_of": "run_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "keys": {
                         *         "name": {}
                         *       },
                         *       "created_at": "2026-01-31T08:15:00.000000Z",
                         *       "started_at": "2026-01-31T08:15:00.000000Z",
                         *       "due_at": "2026-01-31T08:15:00.000000Z",
                         *       "ended_at": "2026-01-31T08:15:00.000000Z",
                         *       "duration_ms": 1,
                         *       "failure": {
                         *         "code": "text",
                         *         "message": "text",
                         *         "kind": "text",
                         *         "origin": "text",
                         *         "http_status": 1,
                         *         "remote_request_id": "text",
                         *         "detail": {}
                         *       },
                         *       "input": {},
                         *       "output": {},
                         *       "cancelled_by": "text",
                         *       "steps": [
                         *         {
                         *           "path": "invoice",
                         *           "node": "invoice",
                         *           "status": "pending",
                         *           "logical_attempt": 1,
                         *           "attempts": [
                         *             {
                         *               "logical_attempt": 1,
                         *               "attempt": 1,
                         *               "status": "started",
                         *               "started_at": "2026-01-31T08:15:00.000000Z",
                         *               "ended_at": "2026-01-31T08:15:00.000000Z",
                         *               "failure": {
                         *                 "code": "text",
                         *                 "message": "text",
                         *                 "kind": "text",
                         *                 "origin": "text",
                         *                 "http_status": 1,
                         *                 "remote_request_id": "text",
                         *                 "detail": {}
                         *               }
                         *             }
                         *           ],
                         *           "started_at": "2026-01-31T08:15:00.000000Z",
                         *           "ended_at": "2026-01-31T08:15:00.000000Z",
                         *           "duration_ms": 1,
                         *           "input": {},
                         *           "output": {},
                         *           "failure": {
                         *             "code": "text",
                         *             "message": "text",
                         *             "kind": "text",
                         *             "origin": "text",
                         *             "http_status": 1,
                         *             "remote_request_id": "text",
                         *             "detail": {}
                         *           },
                         *           "next": [
                         *             "text"
                         *           ],
                         *           "waits_for": {
                         *             "what": "time",
                         *             "id": "text",
                         *             "until": "2026-01-31T08:15:00.000000Z"
                         *           },
                         *           "items": {
                         *             "count": 1,
                         *             "succeeded": 1,
                         *             "failed": 1
                         *           },
                         *           "resolution": {
                         *             "resolution": "retried",
                         *             "by": "text",
                         *             "superseded_by": "superseded"
                         *           },
                         *           "copied": true
                         *         }
                         *       ],
                         *       "steps_left_out": 1,
                         *       "effects": [
                         *         {
                         *           "workspace": "acme",
                         *           "effect_id": "eff_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "run_id": "run_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "path": "invoice",
                         *           "action": "accounting.create_invoice",
                         *           "connection": "accounting",
                         *           "class": {},
                         *           "undo": {},
                         *           "attempt": 1,
                         *           "sending": 1,
                         *           "state": "intended",
                         *           "idempotency_key": "text",
                         *           "request_sha256": "text",
                         *           "intended_at": "2026-01-31T08:15:00.000000Z",
                         *           "settled_at": "2026-01-31T08:15:00.000000Z",
                         *           "evidence": {},
                         *           "receipt": {},
                         *           "failure": {
                         *             "code": "text",
                         *             "message": "text",
                         *             "kind": "text",
                         *             "origin": "text",
                         *             "http_status": 1,
                         *             "remote_request_id": "text",
                         *             "detail": {}
                         *           }
                         *         }
                         *       ],
                         *       "exceptions": [
                         *         {
                         *           "workspace": "acme",
                         *           "exception_id": "exc_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "kind": "business",
                         *           "run_id": "run_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "path": "invoice",
                         *           "workflow": "invoice-readiness",
                         *           "version": 1,
                         *           "state": "open",
                         *           "severity": "low",
                         *           "what_changed": {},
                         *           "why_stopped": {
                         *             "reason": "missing_required",
                         *             "sentence": "The customer's signature is missing",
                         *             "workflow": "invoice-readiness",
                         *             "version": 1,
                         *             "step": "text"
                         *           },
                         *           "reason": "missing_required",
                         *           "sentence": "The customer's signature is missing",
                         *           "owner": "team:billing",
                         *           "person": "text",
                         *           "backup": "text",
                         *           "assigned_by": "text",
                         *           "due": {
                         *             "due_at": "2026-01-31T08:15:00.000000Z",
                         *             "original": "text",
                         *             "allowed": "text",
                         *             "calendar": "text",
                         *             "warn_at": "2026-01-31T08:15:00.000000Z",
                         *             "escalate_at": "2026-01-31T08:15:00.000000Z",
                         *             "breached_at": "2026-01-31T08:15:00.000000Z"
                         *           },
                         *           "due_at": "2026-01-31T08:15:00.000000Z",
                         *           "updates_after": {},
                         *           "no_update_reason": "text",
                         *           "unrouted": true,
                         *           "failure": {
                         *             "code": "text",
                         *             "message": "text",
                         *             "kind": "text",
                         *             "origin": "text",
                         *             "http_status": 1,
                         *             "remote_request_id": "text",
                         *             "detail": {}
                         *           },
                         *           "effect_id": "eff_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "connection": "accounting",
                         *           "retry_from": "text",
                         *           "money": 1,
                         *           "customer_visible": true,
                         *           "tags": [
                         *             "text"
                         *           ],
                         *           "occurrences": 1,
                         *           "reopened": 1,
                         *           "opened_at": "2026-01-31T08:15:00.000000Z",
                         *           "last_seen_at": "2026-01-31T08:15:00.000000Z",
                         *           "waiting_on": "text",
                         *           "waiting_until": "2026-01-31T08:15:00.000000Z",
                         *           "snooze_until": "2026-01-31T08:15:00.000000Z",
                         *           "resolved_at": "2026-01-31T08:15:00.000000Z",
                         *           "resolved_by": "text",
                         *           "resolution": "text",
                         *           "outcome": "text",
                         *           "note": "Asked by phone",
                         *           "strength": "text",
                         *           "merged_into": "exc_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "after": "text",
                         *           "suggested_fixes": [
                         *             {
                         *               "action": "accounting.create_invoice",
                         *               "words": "text",
                         *               "preview": {
                         *                 "summary": "text",
                         *                 "money": {
                         *                   "amount": "1840.00",
                         *                   "currency": "GBP"
                         *                 },
                         *                 "system": "accounting",
                         *                 "record_type": "invoice",
                         *                 "record_id": "text",
                         *                 "kind": {},
                         *                 "fields": [
                         *                   {
                         *                     "field": "text",
                         *                     "before": {},
                         *                     "after": {}
                         *                   }
                         *                 ],
                         *                 "complete": true
                         *               }
                         *             }
                         *           ]
                         *         }
                         *       ],
                         *       "asks": [
                         *         {
                         *           "workspace": "acme",
                         *           "ask_id": "text",
                         *           "run_id": "run_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "path": "invoice",
                         *           "workflow": "invoice-readiness",
                         *           "question": "text",
                         *           "form": {},
                         *           "owner": "team:billing",
                         *           "due_at": "2026-01-31T08:15:00.000000Z",
                         *           "state": "open",
                         *           "asked_at": "2026-01-31T08:15:00.000000Z",
                         *           "closed_at": "2026-01-31T08:15:00.000000Z",
                         *           "answered_by": "text",
                         *           "answer": {}
                         *         }
                         *       ],
                         *       "children": [
                         *         {
                         *           "workspace": "acme",
                         *           "run_id": "run_01jcq3v0n4x2h8k5w7r9t1b6d0",
                         *           "workflow": "invoice-readiness",
                         *           "version": 1,
                         *           "status": "queued",
                         *           "lifecycle": "active",
                         *           "event_id": "evt_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "parent_run_id": "text",
                         *           "parent_path": "text",
                         *           "retry_of": "run_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "keys": {
                         *             "name": {}
                         *           },
                         *           "created_at": "2026-01-31T08:15:00.000000Z",
                         *           "started_at": "2026-01-31T08:15:00.000000Z",
                         *           "due_at": "2026-01-31T08:15:00.000000Z",
                         *           "ended_at": "2026-01-31T08:15:00.000000Z",
                         *           "duration_ms": 1,
                         *           "failure": {
                         *             "code": "text",
                         *             "message": "text",
                         *             "kind": "text",
                         *             "origin": "text",
                         *             "http_status": 1,
                         *             "remote_request_id": "text",
                         *             "detail": {}
                         *           }
                         *         }
                         *       ],
                         *       "redacted": true,
                         *       "reveals": [
                         *         {
                         *           "at": "2026-01-31T08:15:00.000000Z",
                         *           "by": "text",
                         *           "reason": "missing_required"
                         *         }
                         *       ],
                         *       "log": [
                         *         {}
                         *       ]
                         *     }
                         */
                        "application/json": components["schemas"]["RunDetail"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Asks a run to stop
         * @description Nothing new starts; an open write is settled first, so a run with one ends a little later.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    run: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "run_id": "run_01jcq3v0n4x2h8k5w7r9t1b6d0",
                         *       "workflow": "invoice-readiness",
                         *       "version": 1,
                         *       "status": "queued",
                         *       "lifecycle": "active",
                         *       "event_id": "evt_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "parent_run_id": "text",
                         *       "parent_path": "text",
                         *       "retry_of": "run_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "keys": {
                         *         "name": {}
                         *       },
                         *       "created_at": "2026-01-31T08:15:00.000000Z",
                         *       "started_at": "2026-01-31T08:15:00.000000Z",
                         *       "due_at": "2026-01-31T08:15:00.000000Z",
                         *       "ended_at": "2026-01-31T08:15:00.000000Z",
                         *       "duration_ms": 1,
                         *       "failure": {
                         *         "code": "text",
                         *         "message": "text",
                         *         "kind": "text",
                         *         "origin": "text",
                         *         "http_status": 1,
                         *         "remote_request_id": "text",
                         *         "detail": {}
                         *       }
                         *     }
                         */
                        "application/json": components["schemas"]["RunView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets a held run go on */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    run: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "choice": "resume"
                     *     }
                     */
                    "application/json": components["schemas"]["ReleaseRequest"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "text",
                         *       "done": true
                         *     }
                         */
                        "application/json": components["schemas"]["DoneView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Starts a step and what follows it over */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    run: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "from": "text",
                     *       "input": {},
                     *       "version": "original",
                     *       "repeat_effects": true
                     *     }
                     */
                    "application/json": components["schemas"]["RetryBody"];
                };
            };
            responses: {
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "run_id": "run_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "standing_effects": [
                         *         "text"
                         *       ]
                         *     }
                         */
                        "application/json": components["schemas"]["RetriedView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run}/reveal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Shows a run with nothing hidden
         * @description It is recorded who looked, when and why, before anything is shown, and the run says so to everybody who may see it.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    run: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "reason": "The customer says that the phone number on the invoice is wrong"
                     *     }
                     */
                    "application/json": components["schemas"]["RevealRequest"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "run_id": "run_01jcq3v0n4x2h8k5w7r9t1b6d0",
                         *       "workflow": "invoice-readiness",
                         *       "version": 1,
                         *       "status": "queued",
                         *       "lifecycle": "active",
                         *       "event_id": "evt_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "parent_run_id": "text",
                         *       "parent_path": "text",
                         *       "retry_of": "run_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "keys": {
                         *         "name": {}
                         *       },
                         *       "created_at": "2026-01-31T08:15:00.000000Z",
                         *       "started_at": "2026-01-31T08:15:00.000000Z",
                         *       "due_at": "2026-01-31T08:15:00.000000Z",
                         *       "ended_at": "2026-01-31T08:15:00.000000Z",
                         *       "duration_ms": 1,
                         *       "failure": {
                         *         "code": "text",
                         *         "message": "text",
                         *         "kind": "text",
                         *         "origin": "text",
                         *         "http_status": 1,
                         *         "remote_request_id": "text",
                         *         "detail": {}
                         *       },
                         *       "input": {},
                         *       "output": {},
                         *       "cancelled_by": "text",
                         *       "steps": [
                         *         {
                         *           "path": "invoice",
                         *           "node": "invoice",
                         *           "status": "pending",
                         *           "logical_attempt": 1,
                         *           "attempts": [
                         *             {
                         *               "logical_attempt": 1,
                         *               "attempt": 1,
                         *               "status": "started",
                         *               "started_at": "2026-01-31T08:15:00.000000Z",
                         *               "ended_at": "2026-01-31T08:15:00.000000Z",
                         *               "failure": {
                         *                 "code": "text",
                         *                 "message": "text",
                         *                 "kind": "text",
                         *                 "origin": "text",
                         *                 "http_status": 1,
                         *                 "remote_request_id": "text",
                         *                 "detail": {}
                         *               }
                         *             }
                         *           ],
                         *           "started_at": "2026-01-31T08:15:00.000000Z",
                         *           "ended_at": "2026-01-31T08:15:00.000000Z",
                         *           "duration_ms": 1,
                         *           "input": {},
                         *           "output": {},
                         *           "failure": {
                         *             "code": "text",
                         *             "message": "text",
                         *             "kind": "text",
                         *             "origin": "text",
                         *             "http_status": 1,
                         *             "remote_request_id": "text",
                         *             "detail": {}
                         *           },
                         *           "next": [
                         *             "text"
                         *           ],
                         *           "waits_for": {
                         *             "what": "time",
                         *             "id": "text",
                         *             "until": "2026-01-31T08:15:00.000000Z"
                         *           },
                         *           "items": {
                         *             "count": 1,
                         *             "succeeded": 1,
                         *             "failed": 1
                         *           },
                         *           "resolution": {
                         *             "resolution": "retried",
                         *             "by": "text",
                         *             "superseded_by": "superseded"
                         *           },
                         *           "copied": true
                         *         }
                         *       ],
                         *       "steps_left_out": 1,
                         *       "effects": [
                         *         {
                         *           "workspace": "acme",
                         *           "effect_id": "eff_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "run_id": "run_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "path": "invoice",
                         *           "action": "accounting.create_invoice",
                         *           "connection": "accounting",
                         *           "class": {},
                         *           "undo": {},
                         *           "attempt": 1,
                         *           "sending": 1,
                         *           "state": "intended",
                         *           "idempotency_key": "text",
                         *           "request_sha256": "text",
                         *           "intended_at": "2026-01-31T08:15:00.000000Z",
                         *           "settled_at": "2026-01-31T08:15:00.000000Z",
                         *           "evidence": {},
                         *           "receipt": {},
                         *           "failure": {
                         *             "code": "text",
                         *             "message": "text",
                         *             "kind": "text",
                         *             "origin": "text",
                         *             "http_status": 1,
                         *             "remote_request_id": "text",
                         *             "detail": {}
                         *           }
                         *         }
                         *       ],
                         *       "exceptions": [
                         *         {
                         *           "workspace": "acme",
                         *           "exception_id": "exc_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "kind": "business",
                         *           "run_id": "run_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "path": "invoice",
                         *           "workflow": "invoice-readiness",
                         *           "version": 1,
                         *           "state": "open",
                         *           "severity": "low",
                         *           "what_changed": {},
                         *           "why_stopped": {
                         *             "reason": "missing_required",
                         *             "sentence": "The customer's signature is missing",
                         *             "workflow": "invoice-readiness",
                         *             "version": 1,
                         *             "step": "text"
                         *           },
                         *           "reason": "missing_required",
                         *           "sentence": "The customer's signature is missing",
                         *           "owner": "team:billing",
                         *           "person": "text",
                         *           "backup": "text",
                         *           "assigned_by": "text",
                         *           "due": {
                         *             "due_at": "2026-01-31T08:15:00.000000Z",
                         *             "original": "text",
                         *             "allowed": "text",
                         *             "calendar": "text",
                         *             "warn_at": "2026-01-31T08:15:00.000000Z",
                         *             "escalate_at": "2026-01-31T08:15:00.000000Z",
                         *             "breached_at": "2026-01-31T08:15:00.000000Z"
                         *           },
                         *           "due_at": "2026-01-31T08:15:00.000000Z",
                         *           "updates_after": {},
                         *           "no_update_reason": "text",
                         *           "unrouted": true,
                         *           "failure": {
                         *             "code": "text",
                         *             "message": "text",
                         *             "kind": "text",
                         *             "origin": "text",
                         *             "http_status": 1,
                         *             "remote_request_id": "text",
                         *             "detail": {}
                         *           },
                         *           "effect_id": "eff_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "connection": "accounting",
                         *           "retry_from": "text",
                         *           "money": 1,
                         *           "customer_visible": true,
                         *           "tags": [
                         *             "text"
                         *           ],
                         *           "occurrences": 1,
                         *           "reopened": 1,
                         *           "opened_at": "2026-01-31T08:15:00.000000Z",
                         *           "last_seen_at": "2026-01-31T08:15:00.000000Z",
                         *           "waiting_on": "text",
                         *           "waiting_until": "2026-01-31T08:15:00.000000Z",
                         *           "snooze_until": "2026-01-31T08:15:00.000000Z",
                         *           "resolved_at": "2026-01-31T08:15:00.000000Z",
                         *           "resolved_by": "text",
                         *           "resolution": "text",
                         *           "outcome": "text",
                         *           "note": "Asked by phone",
                         *           "strength": "text",
                         *           "merged_into": "exc_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "after": "text",
                         *           "suggested_fixes": [
                         *             {
                         *               "action": "accounting.create_invoice",
                         *               "words": "text",
                         *               "preview": {
                         *                 "summary": "text",
                         *                 "money": {
                         *                   "amount": "1840.00",
                         *                   "currency": "GBP"
                         *                 },
                         *                 "system": "accounting",
                         *                 "record_type": "invoice",
                         *                 "record_id": "text",
                         *                 "kind": {},
                         *                 "fields": [
                         *                   {
                         *                     "field": "text",
                         *                     "before": {},
                         *                     "after": {}
                         *                   }
                         *                 ],
                         *                 "complete": true
                         *               }
                         *             }
                         *           ]
                         *         }
                         *       ],
                         *       "asks": [
                         *         {
                         *           "workspace": "acme",
                         *           "ask_id": "text",
                         *           "run_id": "run_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "path": "invoice",
                         *           "workflow": "invoice-readiness",
                         *           "question": "text",
                         *           "form": {},
                         *           "owner": "team:billing",
                         *           "due_at": "2026-01-31T08:15:00.000000Z",
                         *           "state": "open",
                         *           "asked_at": "2026-01-31T08:15:00.000000Z",
                         *           "closed_at": "2026-01-31T08:15:00.000000Z",
                         *           "answered_by": "text",
                         *           "answer": {}
                         *         }
                         *       ],
                         *       "children": [
                         *         {
                         *           "workspace": "acme",
                         *           "run_id": "run_01jcq3v0n4x2h8k5w7r9t1b6d0",
                         *           "workflow": "invoice-readiness",
                         *           "version": 1,
                         *           "status": "queued",
                         *           "lifecycle": "active",
                         *           "event_id": "evt_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "parent_run_id": "text",
                         *           "parent_path": "text",
                         *           "retry_of": "run_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "keys": {
                         *             "name": {}
                         *           },
                         *           "created_at": "2026-01-31T08:15:00.000000Z",
                         *           "started_at": "2026-01-31T08:15:00.000000Z",
                         *           "due_at": "2026-01-31T08:15:00.000000Z",
                         *           "ended_at": "2026-01-31T08:15:00.000000Z",
                         *           "duration_ms": 1,
                         *           "failure": {
                         *             "code": "text",
                         *             "message": "text",
                         *             "kind": "text",
                         *             "origin": "text",
                         *             "http_status": 1,
                         *             "remote_request_id": "text",
                         *             "detail": {}
                         *           }
                         *         }
                         *       ],
                         *       "redacted": true,
                         *       "reveals": [
                         *         {
                         *           "at": "2026-01-31T08:15:00.000000Z",
                         *           "by": "text",
                         *           "reason": "missing_required"
                         *         }
                         *       ],
                         *       "log": [
                         *         {}
                         *       ]
                         *     }
                         */
                        "application/json": components["schemas"]["RunDetail"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists secrets: names, places, versions, users; never a value */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "workspace": "acme",
                         *           "secret_id": "text",
                         *           "name": "crm-token",
                         *           "version": 1,
                         *           "bound_to": "https://crm.example.com",
                         *           "key_version": 1,
                         *           "used_by": [
                         *             "text"
                         *           ],
                         *           "created_at": "2026-01-31T08:15:00.000000Z",
                         *           "created_by": "text",
                         *           "updated_at": "2026-01-31T08:15:00.000000Z",
                         *           "updated_by": "text"
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_SecretView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/secrets/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Puts a secret: a new one, or the next version of the one of that name
         * @description No answer of this server holds the value again. What a connection uses keeps its place.
         */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "value": "text",
                     *       "bound_to": "https://crm.example.com"
                     *     }
                     */
                    "application/json": components["schemas"]["SecretRequest"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "secret_id": "text",
                         *       "name": "crm-token",
                         *       "version": 1,
                         *       "bound_to": "https://crm.example.com",
                         *       "key_version": 1,
                         *       "used_by": [
                         *         "text"
                         *       ],
                         *       "created_at": "2026-01-31T08:15:00.000000Z",
                         *       "created_by": "text",
                         *       "updated_at": "2026-01-31T08:15:00.000000Z",
                         *       "updated_by": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["SecretView"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        post?: never;
        /**
         * Deletes a secret
         * @description One that a connection uses stays: the refusal names the connections.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "text",
                         *       "done": true
                         *     }
                         */
                        "application/json": components["schemas"]["DoneView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sign-in-links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a link that signs a browser in, once, as whoever asks for it */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "path": "invoice",
                         *       "base": "text",
                         *       "expires_in_ms": 1
                         *     }
                         */
                        "application/json": components["schemas"]["SignInLinkView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How the server is doing */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "version": "text",
                         *       "ready": true,
                         *       "reasons": [
                         *         "text"
                         *       ],
                         *       "now": "text",
                         *       "active_runs": 1,
                         *       "workspaces": [
                         *         {
                         *           "workspace": "acme",
                         *           "open_runs": {
                         *             "name": 1
                         *           }
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": components["schemas"]["StatusView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/teams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists teams by workspace and handle, with who is in them */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "workspace": "acme",
                         *           "team": "billing",
                         *           "title": "text",
                         *           "created_at": "2026-01-31T08:15:00.000000Z",
                         *           "members": [
                         *             {
                         *               "person_id": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *               "lead": true,
                         *               "added_at": "2026-01-31T08:15:00.000000Z"
                         *             }
                         *           ]
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_TeamView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        /** Makes a team */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "team": "billing",
                     *       "title": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["TeamRequest"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "team": "billing",
                         *       "title": "text",
                         *       "created_at": "2026-01-31T08:15:00.000000Z",
                         *       "members": [
                         *         {
                         *           "person_id": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "lead": true,
                         *           "added_at": "2026-01-31T08:15:00.000000Z"
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": components["schemas"]["TeamView"];
                    };
                };
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/teams/{team}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Gives a team another title */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    team: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "title": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["TeamPatch"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "team": "billing",
                         *       "title": "text",
                         *       "created_at": "2026-01-31T08:15:00.000000Z",
                         *       "members": [
                         *         {
                         *           "person_id": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "lead": true,
                         *           "added_at": "2026-01-31T08:15:00.000000Z"
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": components["schemas"]["TeamView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        post?: never;
        /**
         * Deletes a team
         * @description What it owns falls to the backup of each workflow.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    team: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "text",
                         *       "done": true
                         *     }
                         */
                        "application/json": components["schemas"]["DoneView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/teams/{team}/members/{person}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Puts a member into a team, or changes whether they lead it
         * @description `{person}` is the person's id or the handle.
         */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    person: string;
                    team: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "lead": true
                     *     }
                     */
                    "application/json": components["schemas"]["JoinRequest"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "team": "billing",
                         *       "title": "text",
                         *       "created_at": "2026-01-31T08:15:00.000000Z",
                         *       "members": [
                         *         {
                         *           "person_id": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "lead": true,
                         *           "added_at": "2026-01-31T08:15:00.000000Z"
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": components["schemas"]["TeamView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        post?: never;
        /** Takes a member out of a team */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    person: string;
                    team: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "text",
                         *       "done": true
                         *     }
                         */
                        "application/json": components["schemas"]["DoneView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists tokens, without their secrets: one's own, or all for who looks after the server */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "token_id": "text",
                         *           "name": "text",
                         *           "workspace": "acme",
                         *           "person_id": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "scopes": [
                         *             "text"
                         *           ],
                         *           "created_at": "2026-01-31T08:15:00.000000Z",
                         *           "expires_at": "2026-01-31T08:15:00.000000Z",
                         *           "revoked_at": "2026-01-31T08:15:00.000000Z",
                         *           "used_at": "2026-01-31T08:15:00.000000Z"
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_TokenView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Makes a token
         * @description It may what its owner may, within its scopes, and ends with their account. The answer holds the token itself, this once.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "name": "text",
                     *       "scopes": [
                     *         "text"
                     *       ],
                     *       "workspace": "acme",
                     *       "expires_in_days": 1
                     *     }
                     */
                    "application/json": components["schemas"]["TokenRequest"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "token_id": "text",
                         *       "name": "text",
                         *       "workspace": "acme",
                         *       "person_id": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "scopes": [
                         *         "text"
                         *       ],
                         *       "created_at": "2026-01-31T08:15:00.000000Z",
                         *       "expires_at": "2026-01-31T08:15:00.000000Z",
                         *       "revoked_at": "2026-01-31T08:15:00.000000Z",
                         *       "used_at": "2026-01-31T08:15:00.000000Z",
                         *       "token": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["NewTokenView"];
                    };
                };
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revokes a token */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    token: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "text",
                         *       "done": true
                         *     }
                         */
                        "application/json": components["schemas"]["DoneView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/triggers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists what workflows listen to */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "workspace": "acme",
                         *           "workflow": "invoice-readiness",
                         *           "trigger": "projects.job_completed",
                         *           "kind": "webhook",
                         *           "connector": "accounting",
                         *           "webhook_path": "text",
                         *           "form_path": "text",
                         *           "mail_address": "text",
                         *           "event_type": "text",
                         *           "active": true,
                         *           "next_fires": [
                         *             "text"
                         *           ],
                         *           "failures": 1,
                         *           "failure": {
                         *             "code": "text",
                         *             "message": "text",
                         *             "kind": "text",
                         *             "origin": "text",
                         *             "http_status": 1,
                         *             "remote_request_id": "text",
                         *             "detail": {}
                         *           }
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_TriggerView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/vault": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows how the keys of the vault stand */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "root_keys": [
                         *         {
                         *           "version": 1,
                         *           "fingerprint": "text",
                         *           "root_version": 1,
                         *           "wraps": 1,
                         *           "created_at": "2026-01-31T08:15:00.000000Z",
                         *           "emptied_at": "2026-01-31T08:15:00.000000Z",
                         *           "state": "newest"
                         *         }
                         *       ],
                         *       "workspaces": [
                         *         {
                         *           "workspace": "acme",
                         *           "keys": [
                         *             {
                         *               "version": 1,
                         *               "fingerprint": "text",
                         *               "root_version": 1,
                         *               "wraps": 1,
                         *               "created_at": "2026-01-31T08:15:00.000000Z",
                         *               "emptied_at": "2026-01-31T08:15:00.000000Z",
                         *               "state": "newest"
                         *             }
                         *           ]
                         *         }
                         *       ],
                         *       "backup_at": "2026-01-31T08:15:00.000000Z",
                         *       "retired": 1,
                         *       "unfinished": true,
                         *       "damaged": [
                         *         "text"
                         *       ]
                         *     }
                         */
                        "application/json": components["schemas"]["VaultView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/vault/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replaces the key of a workspace
         * @description What is put from now on is wrapped with a new key, and every secret is moved over while everything goes on. The old key
         *     goes after a backup that began when nothing was left under it.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /** @example {} */
                    "application/json": components["schemas"]["RotateRequest"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "root_keys": [
                         *         {
                         *           "version": 1,
                         *           "fingerprint": "text",
                         *           "root_version": 1,
                         *           "wraps": 1,
                         *           "created_at": "2026-01-31T08:15:00.000000Z",
                         *           "emptied_at": "2026-01-31T08:15:00.000000Z",
                         *           "state": "newest"
                         *         }
                         *       ],
                         *       "workspaces": [
                         *         {
                         *           "workspace": "acme",
                         *           "keys": [
                         *             {
                         *               "version": 1,
                         *               "fingerprint": "text",
                         *               "root_version": 1,
                         *               "wraps": 1,
                         *               "created_at": "2026-01-31T08:15:00.000000Z",
                         *               "emptied_at": "2026-01-31T08:15:00.000000Z",
                         *               "state": "newest"
                         *             }
                         *           ]
                         *         }
                         *       ],
                         *       "backup_at": "2026-01-31T08:15:00.000000Z",
                         *       "retired": 1,
                         *       "unfinished": true,
                         *       "damaged": [
                         *         "text"
                         *       ]
                         *     }
                         */
                        "application/json": components["schemas"]["VaultView"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/vault/rotate-root": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replaces the root key
         * @description Makes the next `DIR/keys/root-N.key` and wraps the key of every workspace with it. Save the file apart from the backups;
         *     other nodes on the same database need a copy of it.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /** @example {} */
                    "application/json": components["schemas"]["RotateRequest"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "root_keys": [
                         *         {
                         *           "version": 1,
                         *           "fingerprint": "text",
                         *           "root_version": 1,
                         *           "wraps": 1,
                         *           "created_at": "2026-01-31T08:15:00.000000Z",
                         *           "emptied_at": "2026-01-31T08:15:00.000000Z",
                         *           "state": "newest"
                         *         }
                         *       ],
                         *       "workspaces": [
                         *         {
                         *           "workspace": "acme",
                         *           "keys": [
                         *             {
                         *               "version": 1,
                         *               "fingerprint": "text",
                         *               "root_version": 1,
                         *               "wraps": 1,
                         *               "created_at": "2026-01-31T08:15:00.000000Z",
                         *               "emptied_at": "2026-01-31T08:15:00.000000Z",
                         *               "state": "newest"
                         *             }
                         *           ]
                         *         }
                         *       ],
                         *       "backup_at": "2026-01-31T08:15:00.000000Z",
                         *       "retired": 1,
                         *       "unfinished": true,
                         *       "damaged": [
                         *         "text"
                         *       ]
                         *     }
                         */
                        "application/json": components["schemas"]["VaultView"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists workflows by workspace and id */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before. */
                    after?: string;
                    /** @description The same as `after`. */
                    cursor?: string;
                    /** @description Rows, 1 to 200; 50 where absent. */
                    limit?: number;
                    /** @description Workspace, as the header `Throughline-Workspace` names it. */
                    workspace?: string;
                };
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "workspace": "acme",
                         *           "workflow": "invoice-readiness",
                         *           "title": "text",
                         *           "owner": "team:billing",
                         *           "version": 1,
                         *           "state": "published",
                         *           "stage": "text",
                         *           "trigger": "projects.job_completed",
                         *           "webhook_path": "text",
                         *           "form_path": "text",
                         *           "mail_address": "invoices@in.example.com",
                         *           "next_fires": [
                         *             "text"
                         *           ],
                         *           "created_at": "2026-01-31T08:15:00.000000Z",
                         *           "published_at": "2026-01-31T08:15:00.000000Z"
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_WorkflowView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Checks a text and publishes it
         * @description A text that says the same as the current version publishes nothing new. A text with problems is refused with
         *     all of them, and nothing is saved. Open proposals of older versions stay valid, unless `withdraw_open` withdraws them; asked
         *     again with the same text it withdraws what was left.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "text": "text",
                     *       "name": "text",
                     *       "withdraw_open": true
                     *     }
                     */
                    "application/json": components["schemas"]["TextRequest"];
                };
            };
            responses: {
                /** @description Unchanged. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "workflow": "invoice-readiness",
                         *       "version": 1,
                         *       "unchanged": true,
                         *       "withdrawn": 1,
                         *       "warnings": [
                         *         {
                         *           "path": "invoice",
                         *           "line": 1,
                         *           "column": 1,
                         *           "code": "text",
                         *           "severity": "error",
                         *           "message": "text",
                         *           "expected": "text",
                         *           "hint": "text"
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": components["schemas"]["PublishedView"];
                    };
                };
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "workflow": "invoice-readiness",
                         *       "version": 1,
                         *       "unchanged": true,
                         *       "withdrawn": 1,
                         *       "warnings": [
                         *         {
                         *           "path": "invoice",
                         *           "line": 1,
                         *           "column": 1,
                         *           "code": "text",
                         *           "severity": "error",
                         *           "message": "text",
                         *           "expected": "text",
                         *           "hint": "text"
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": components["schemas"]["PublishedView"];
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One workflow with its text */
        get: {
            parameters: {
                query?: {
                    /** @description Version; the current one where absent. */
                    version?: number;
                    /** @description Workspace, as the header `Throughline-Workspace` names it. */
                    workspace?: string;
                };
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    workflow: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "workflow": "invoice-readiness",
                         *       "title": "text",
                         *       "owner": "team:billing",
                         *       "version": 1,
                         *       "state": "published",
                         *       "stage": "text",
                         *       "trigger": "projects.job_completed",
                         *       "webhook_path": "text",
                         *       "form_path": "text",
                         *       "mail_address": "invoices@in.example.com",
                         *       "next_fires": [
                         *         "text"
                         *       ],
                         *       "created_at": "2026-01-31T08:15:00.000000Z",
                         *       "published_at": "2026-01-31T08:15:00.000000Z",
                         *       "text_version": 1,
                         *       "format": "yaml",
                         *       "text": "text",
                         *       "sha256": "text",
                         *       "published_by": "per_01jq8x4m8tkz5v3w7y9a2b4c6d"
                         *     }
                         */
                        "application/json": components["schemas"]["WorkflowDetail"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow}/draft": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A workflow's draft */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    workflow: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "workflow": "invoice-readiness",
                         *       "revision": 1,
                         *       "based_on": 1,
                         *       "saved_by": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "saved_at": "2026-01-31T08:15:00.000000Z",
                         *       "text": "text",
                         *       "samples": {}
                         *     }
                         */
                        "application/json": components["schemas"]["DraftDetail"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        /**
         * Saves a workflow's draft
         * @description Over the revision you saw; where somebody else saved meanwhile the answer is 409 and nothing is saved: read it again and
         *     bring the two together. The text is kept as it is, whether it can be published or not.
         */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    workflow: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "revision": 1,
                     *       "based_on": 1,
                     *       "text": "text",
                     *       "samples": {}
                     *     }
                     */
                    "application/json": components["schemas"]["DraftRequest"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "workflow": "invoice-readiness",
                         *       "revision": 1,
                         *       "based_on": 1,
                         *       "saved_by": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "saved_at": "2026-01-31T08:15:00.000000Z",
                         *       "text": "text",
                         *       "samples": {}
                         *     }
                         */
                        "application/json": components["schemas"]["DraftDetail"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        post?: never;
        /** Discards a workflow's draft; what is published stays */
        delete: {
            parameters: {
                query?: {
                    /** @description The revision you saw last; whatever is there where absent. */
                    revision?: number;
                };
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    workflow: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "text",
                         *       "done": true
                         *     }
                         */
                        "application/json": components["schemas"]["DoneView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow}/publish-requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The requests to publish a workflow, the last first; at most 200 */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    workflow: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "workspace": "acme",
                         *           "request_id": "text",
                         *           "workflow": "invoice-readiness",
                         *           "sha256": "text",
                         *           "note": "Asked by phone",
                         *           "asked_by": "text",
                         *           "asked_at": "2026-01-31T08:15:00.000000Z",
                         *           "state": "open",
                         *           "decided_by": "text",
                         *           "decided_at": "2026-01-31T08:15:00.000000Z",
                         *           "words": "text",
                         *           "version": 1
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_PublishRequestView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Asks for a second person to publish a text
         * @description The text is checked as publishing would check it, and kept word for word. It takes the place of what you asked before; while
         *     somebody else asks about the same workflow the answer is 409.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    workflow: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "text": "workflow: invoice-readiness …",
                     *       "note": "the new price list"
                     *     }
                     */
                    "application/json": components["schemas"]["PublishRequestBody"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "request_id": "text",
                         *       "workflow": "invoice-readiness",
                         *       "sha256": "text",
                         *       "note": "Asked by phone",
                         *       "asked_by": "text",
                         *       "asked_at": "2026-01-31T08:15:00.000000Z",
                         *       "state": "open",
                         *       "decided_by": "text",
                         *       "decided_at": "2026-01-31T08:15:00.000000Z",
                         *       "words": "text",
                         *       "version": 1
                         *     }
                         */
                        "application/json": components["schemas"]["PublishRequestView"];
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Starts a run of this workflow */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same as `dedupe_key`. */
                    "Idempotency-Key"?: string | null;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    workflow: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "workflow": "invoice-readiness",
                     *       "event": {},
                     *       "dedupe_key": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["StartRequest"];
                };
            };
            responses: {
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "acme",
                         *       "run_id": "run_01jcq3v0n4x2h8k5w7r9t1b6d0",
                         *       "workflow": "invoice-readiness",
                         *       "version": 1,
                         *       "status": "queued",
                         *       "lifecycle": "active",
                         *       "event_id": "evt_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "parent_run_id": "text",
                         *       "parent_path": "text",
                         *       "retry_of": "run_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *       "keys": {
                         *         "name": {}
                         *       },
                         *       "created_at": "2026-01-31T08:15:00.000000Z",
                         *       "started_at": "2026-01-31T08:15:00.000000Z",
                         *       "due_at": "2026-01-31T08:15:00.000000Z",
                         *       "ended_at": "2026-01-31T08:15:00.000000Z",
                         *       "duration_ms": 1,
                         *       "failure": {
                         *         "code": "text",
                         *         "message": "text",
                         *         "kind": "text",
                         *         "origin": "text",
                         *         "http_status": 1,
                         *         "remote_request_id": "text",
                         *         "detail": {}
                         *       },
                         *       "duplicate": true
                         *     }
                         */
                        "application/json": components["schemas"]["StartedView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow}/schedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** When a workflow's schedule fires: the next five instants */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    workflow: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workflow": "invoice-readiness",
                         *       "schedule": {},
                         *       "next_fires": [
                         *         "text"
                         *       ],
                         *       "tzdata": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["ScheduleView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow}/text": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The text alone, exactly as it was published */
        get: {
            parameters: {
                query?: {
                    /** @description Version; the current one where absent. */
                    version?: number;
                    /** @description Workspace, as the header `Throughline-Workspace` names it. */
                    workspace?: string;
                };
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    workflow: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/yaml": string;
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The versions of a workflow, newest first */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the page before. */
                    after?: string;
                    /** @description The same as `after`. */
                    cursor?: string;
                    /** @description Rows, 1 to 200; 50 where absent. */
                    limit?: number;
                    /** @description Workspace, as the header `Throughline-Workspace` names it. */
                    workspace?: string;
                };
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path: {
                    workflow: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "version": 1,
                         *           "sha256": "text",
                         *           "published_at": "2026-01-31T08:15:00.000000Z",
                         *           "published_by": "per_01jq8x4m8tkz5v3w7y9a2b4c6d",
                         *           "written_by": "text"
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_VersionView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/lint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Checks a text as publishing would; nothing is saved */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "text": "text",
                     *       "name": "text",
                     *       "withdraw_open": true
                     *     }
                     */
                    "application/json": components["schemas"]["TextRequest"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "ok": true,
                         *       "problems": [
                         *         {
                         *           "path": "invoice",
                         *           "line": 1,
                         *           "column": 1,
                         *           "code": "text",
                         *           "severity": "error",
                         *           "message": "text",
                         *           "expected": "text",
                         *           "hint": "text"
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": components["schemas"]["LintView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/test-step": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tries one step of a text that is being written
         * @description A read is made with its connection and answers as in a run. A write is only previewed: nothing is sent that could change
         *     anything. Nothing is kept, and what the text or a schema hides is hidden.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "text": "text",
                     *       "node": "job",
                     *       "scope": {
                     *         "event": {},
                     *         "steps": {},
                     *         "item": {},
                     *         "index": 1,
                     *         "vars": {},
                     *         "record": {},
                     *         "headers": {}
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["TestStepRequest"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "status": "ran",
                         *       "input": {},
                         *       "output": {},
                         *       "changes": [
                         *         {
                         *           "system": "accounting",
                         *           "record_type": "invoice",
                         *           "record_id": "text",
                         *           "kind": {},
                         *           "action": "accounting.create_invoice",
                         *           "connection": "accounting",
                         *           "input": {},
                         *           "fields": [
                         *             {
                         *               "field": "text",
                         *               "before": {},
                         *               "after": {}
                         *             }
                         *           ],
                         *           "precondition": {},
                         *           "undo": {},
                         *           "idempotency_key": "text",
                         *           "complete": true
                         *         }
                         *       ],
                         *       "summary": "text",
                         *       "failure": {
                         *         "code": "text",
                         *         "message": "text",
                         *         "kind": "text",
                         *         "origin": "text",
                         *         "http_status": 1,
                         *         "remote_request_id": "text",
                         *         "detail": {}
                         *       },
                         *       "took_ms": 1
                         *     }
                         */
                        "application/json": components["schemas"]["TestedStepView"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the workspaces that are visible */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "workspace": "demo",
                         *           "name": "text",
                         *           "created_at": "2026-01-31T08:15:00.000000Z"
                         *         }
                         *       ],
                         *       "next": "text"
                         *     }
                         */
                        "application/json": components["schemas"]["List_WorkspaceView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Makes a workspace
         * @description Making it again changes nothing: 200 instead of 201.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key is done once and answered as the first time, with `Idempotency-Replayed: true`. */
                    "Idempotency-Key"?: string;
                    /** @description Workspace; where absent, the only one that is visible, or for lists all of them. */
                    "Throughline-Workspace"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "workspace": "acme",
                     *       "name": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["WorkspaceRequest"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "demo",
                         *       "name": "text",
                         *       "created_at": "2026-01-31T08:15:00.000000Z"
                         *     }
                         */
                        "application/json": components["schemas"]["WorkspaceView"];
                    };
                };
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "workspace": "demo",
                         *       "name": "text",
                         *       "created_at": "2026-01-31T08:15:00.000000Z"
                         *     }
                         */
                        "application/json": components["schemas"]["WorkspaceView"];
                    };
                };
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/callbacks/{workspace}/{ticket}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Takes a callback
         * @description The address is made by the runner for one step and cannot be guessed; a connector reads it with `callback-url` and
         *     gives it to its remote. Answers 202 once the request is durable, and 404 for every other address and for one whose
         *     step does not wait any more. At most `http.max_body_bytes`; `authorization` and `cookie` are not kept.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    ticket: string;
                    workspace: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "*/*": number[];
                };
            };
            responses: {
                /** @description Taken. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/hooks/{workspace}/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Takes a webhook
         * @description Answers 202 once the event and its run are durable, or with the run's own reply. The workflow says how the
         *     sender proves who it is.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description May hold slashes. */
                    path: string;
                    workspace: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "*/*": number[];
                };
            };
            responses: {
                /** @description Accepted: `run_id`, `event_id`, `duplicate`, `status_url`. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/livez": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process is up */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "status": "ok",
                         *       "reasons": [
                         *         "text"
                         *       ],
                         *       "alarms": [
                         *         "text"
                         *       ]
                         *     }
                         */
                        "application/json": components["schemas"]["HealthView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Counters in the text form of Prometheus */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/plain": string;
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The server can do its work */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "status": "ok",
                         *       "reasons": [
                         *         "text"
                         *       ],
                         *       "alarms": [
                         *         "text"
                         *       ]
                         *     }
                         */
                        "application/json": components["schemas"]["HealthView"];
                    };
                };
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["HealthView"];
                    };
                };
                /** @description Refused or failed. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Nothing is asked for besides. */
        AccountAction: Record<string, never>;
        /** @description What to change of an account; what is absent stays. */
        AccountPatch: {
            /**
             * @description Address: what they sign in with.
             * @default null
             */
            mail: string | null;
            /**
             * @description Name for other people.
             * @default null
             */
            name: string | null;
            /**
             * @description Looks after the whole server. The last one who does stays so.
             * @default null
             */
            server_admin: boolean | null;
        };
        /** @description An account to make. */
        AccountRequest: {
            /** @description Address: what they will sign in with. */
            mail: string;
            /** @description Name for other people. */
            name: string;
            /** @description Looks after the whole server. */
            server_admin?: boolean;
        };
        /** @description An account of the server. */
        AccountView: {
            /** @description When it was made. */
            created_at: string;
            /** @description By whom. */
            created_by: string;
            /** @description When it was disabled. */
            disabled_at?: string | null;
            /** @description Address: what they sign in with. */
            mail: string;
            /** @description Name for other people. */
            name: string;
            /** @description When the password was set. */
            password_at?: string | null;
            /** @description Person. */
            person_id: string;
            /** @description Looks after the whole server. */
            server_admin: boolean;
            /** @description `invited` until there is a password, `active`, `disabled`. */
            state: string;
        };
        /** @description What to do with an exception. Which fields belong to which act is in each field's words. */
        ActBody: {
            /** @description `take`, `assign`, `hand_over`, `wait`, `end_wait`, `snooze`, `wake`, `dismiss`, `reopen`, `attest`. */
            act: string;
            /** @description `hand_over`: what is known; `wait`: for what. */
            note?: string | null;
            /** @description `wait`: on `customer`, `vendor` (its clock stands still), `system` or `internal`. */
            on?: string | null;
            /** @description `attest`: how one can see the update. */
            proof?: string | null;
            /** @description `dismiss`: why it is not a problem. A critical one takes a second person who says so too. */
            reason?: string | null;
            /** @description `assign` and `hand_over`: `person:anna`, `team:billing`, `role:operator`. */
            to?: string | null;
            /** @description `wait` and `snooze`: until when at most, RFC 3339. */
            until?: string | null;
            /**
             * Format: int32
             * @description `attest`: which of its updates, from 0.
             */
            update?: number | null;
            /** @description `reopen`: why it is not over. */
            why?: string | null;
        };
        /** @description An action. */
        ActionView: {
            /**
             * @description Connector and action.
             * @example projects.get_job
             */
            action: string;
            /** @description Help. */
            description: string;
            /** @description `read`, `write_idempotent` or `write_once`. */
            effect: string;
            /** @description JSON Schema of its input. */
            input: unknown;
            /** @description JSON Schema of its output. */
            output: unknown;
            /** @description It can say beforehand what it would change. */
            preview: boolean;
            /** @description Record type it is about. */
            record?: string | null;
            /** @description An output. */
            sample: unknown;
            /** @description Title for people. */
            title: string;
            /** @description `reversible`, `compensable` or `irreversible`; null for reads. */
            undo?: string | null;
        };
        /**
         * @description Which account to agree to.
         * @example {
         *       "account": "acct_0042"
         *     }
         */
        AgreeRequest: {
            /** @description The account's id, as the last test told it. */
            account: string;
        };
        /** @description An answer was taken. */
        AnsweredView: {
            /** @description The question. */
            ask_id: string;
            /** @description Its run, which goes on. */
            run_id: string;
        };
        /** @description An answer. */
        AnswerRequest: {
            /** @description The answer, valid under the question's form. */
            answer: unknown;
        };
        /** @description A question that a run waits for. */
        AskView: {
            /** @description The answer. */
            answer: unknown;
            /** @description Who answered. */
            answered_by?: string | null;
            /** @description Question. */
            ask_id: string;
            /** @description When it was asked. */
            asked_at: string;
            /** @description When it was closed. */
            closed_at?: string | null;
            /** @description Until when. */
            due_at: string;
            /** @description JSON Schema of the answer. */
            form: unknown;
            /** @description Who is asked. */
            owner: string;
            /** @description Its step. */
            path: string;
            /** @description What is asked. */
            question: string;
            /** @description Run that waits. */
            run_id: string;
            /** @description `open`, `answered`, `expired` or `withdrawn`. */
            state: string;
            /** @description Workflow. */
            workflow: string;
            /** @description Workspace. */
            workspace: string;
        };
        /** @description One try of a step. */
        AttemptView: {
            /**
             * Format: int32
             * @description Which try of it, from 1.
             */
            attempt: number;
            /** @description When it ended. */
            ended_at?: string | null;
            failure?: components["schemas"]["FailureView"] | null;
            /**
             * Format: int32
             * @description Which start-over.
             */
            logical_attempt: number;
            /** @description When it began. */
            started_at: string;
            /** @description `started`, `succeeded`, `retryable`, `permanent`, `timed_out` or `lost`. */
            status: string;
        };
        /** @description Nothing is asked for besides. */
        BackupRequest: Record<string, never>;
        /** @description A backup. */
        BackupView: {
            /**
             * @description Backup.
             * @example bkp_01hz0000000000000000000000
             */
            backup_id: string;
            /** @description When it began: everything committed before is in it. */
            began_at: string;
            /** @description Who began it. */
            began_by: string;
            /**
             * Format: int64
             * @description Of a good one: their bytes.
             */
            bytes?: number | null;
            /** @description Of a failed one: why. */
            detail?: string | null;
            /** @description When it ended. */
            ended_at?: string | null;
            /**
             * Format: int64
             * @description Of a good one: its files.
             */
            files?: number | null;
            /** @description Of a good one: SHA-256 of its manifest. */
            manifest_sha256?: string | null;
            /** @description Of a good one: it was restored into a scratch place and found whole. */
            rehearsed?: boolean | null;
            /** @description `running`, `good` or `failed`. */
            state: string;
        };
        /** @description A backup that was begun, and what whoever makes it must know. */
        BegunBackupView: components["schemas"]["BackupView"] & {
            /** @description Which life of the data it is of. */
            incarnation: string;
            /** @description Root keys without which its secrets do not open. */
            root_keys: components["schemas"]["NeededKeyView"][];
            /**
             * Format: int64
             * @description Version of the schema.
             */
            schema_version: number;
        };
        /** @description The same for many. */
        BulkBody: {
            /** @description Or as the body of `act`. */
            do?: unknown;
            /** @description As the body of `resolve`. */
            resolve?: unknown;
            /** @description The set as it was seen; another one is refused. */
            snapshot: components["schemas"]["SnapshotView"];
            /** @description `reason`, `workflow`, `owner`, `connection`, `snoozed`: which of the open ones, as the snapshot was asked for. */
            which?: unknown;
        };
        /** @description What became of each. */
        BulkView: {
            /** @description It was done. */
            done: boolean;
            /** @description Exception. */
            exception_id: string;
            /** @description Why not. */
            refused?: string | null;
        };
        /** @description When a workspace is open. */
        CalendarView: {
            /** @description Dates on which nothing is open. */
            holidays?: string[];
            /** @description Hours by English weekday, `09:00-17:00`; a day that is not named is closed. */
            hours: {
                [key: string]: string;
            };
            /** @description IANA zone on whose clock the hours are read. */
            zone: string;
        };
        /** @description A trigger. */
        CatalogTriggerView: {
            /** @description JSON Schema of its configuration. */
            config: unknown;
            /** @description Help. */
            description: string;
            /** @description `poll`, `webhook` or `native`: the runner itself makes its events. */
            kind: string;
            /** @description JSON Schema of an event's data. */
            output: unknown;
            /** @description An event's data. */
            sample: unknown;
            /** @description Title for people. */
            title: string;
            /**
             * @description Connector and trigger.
             * @example projects.job_completed
             */
            trigger: string;
        };
        /** @description Everything there is to build with. */
        CatalogView: {
            /** @description Connectors, by id. */
            connectors: components["schemas"]["ConnectorView"][];
        };
        /** @description A channel to set. */
        ChannelRequest: {
            /**
             * @description Name of the secret that signs them: `whsec_` and the base64 of 24 to 64 random bytes, bound to the URL's origin.
             * @example chat-signing
             */
            secret: string;
            /** @description What it is told. */
            tells: components["schemas"]["Told"][];
            /**
             * @description Where messages go: https, or http to an address that is open to the workspace's connectors.
             * @example https://hooks.example.com/throughline
             */
            url: string;
        };
        /** @description What came of a test message. */
        ChannelTestView: {
            /** @description The address took it. */
            delivered: boolean;
            /** @description Why not. */
            failure?: string | null;
        };
        /** @description A channel. */
        ChannelView: {
            /** @description When it was set. */
            changed_at: string;
            /** @description Who set it. */
            changed_by: string;
            /**
             * @description Name within the workspace.
             * @example chat
             */
            name: string;
            /** @description What it is told. */
            tells: components["schemas"]["Told"][];
            /**
             * @description Where messages go.
             * @example https://hooks.example.com/throughline
             */
            url: string;
            /** @description Workspace. */
            workspace: string;
        };
        /**
         * @description How a held run goes on.
         * @enum {string}
         */
        Choice: "resume" | "in_doubt";
        /** @description What its clock shows. */
        ClockView: {
            /** @description Over, until it came back. */
            at_rest: components["schemas"]["MinutesView"];
            /** @description Waiting on a customer or a vendor. */
            paused: components["schemas"]["MinutesView"];
            /**
             * Format: int64
             * @description Share of the time allowed that is used.
             */
            percent: number;
            /** @description Open and counted. */
            running: components["schemas"]["MinutesView"];
            /** @description Since it first opened. */
            whole: components["schemas"]["MinutesView"];
        };
        /** @description A comment to write. */
        CommentRequest: {
            /** @description What. */
            text: string;
        };
        /** @description A comment. */
        CommentView: {
            /** @description When. */
            at: string;
            /** @description Who. */
            by: string;
            /** @description Comment. */
            comment_id: string;
            /** @description What. */
            text: string;
        };
        /** @description The password once more. */
        ConfirmRequest: {
            /**
             * Format: password
             * @description The password.
             */
            password: string;
        };
        /** @description A connection to make. */
        ConnectionRequest: {
            /** @description Connector. */
            connector: string;
            /** @description Name that workflows use. */
            name: string;
            /** @description Where each secret is, by `slot.field`. */
            secrets?: {
                [key: string]: components["schemas"]["SecretPlace"];
            };
            /** @description Settings that are no secrets: `base_url` and the like. */
            settings?: {
                [key: string]: unknown;
            };
        };
        /** @description A connection: an account of a connector, with references to its secrets. */
        ConnectionView: {
            /** @description Whose account it is, as the connector says. */
            account?: string | null;
            /**
             * @description Writes of live workflows may go over it by themselves. Else people are asked about each, until somebody agrees to
             *     the account that answered the last test.
             */
            agreed: boolean;
            /** @description The one origin it speaks to, if it is bound to one. */
            bound_to?: string | null;
            /** @description Connection. */
            connection_id: string;
            /** @description Connector. */
            connector: string;
            /** @description When it was made. */
            created_at: string;
            /** @description Name that workflows use. */
            name: string;
            /** @description Where each secret is: `{"default.token": {"vault": "NAME"}}`. Never the secret. */
            secrets: unknown;
            /** @description Settings that are no secrets. */
            settings: unknown;
            /** @description When the system last said which account it is. */
            tested_at?: string | null;
            /** @description When it was changed. */
            updated_at: string;
            /** @description Workspace. */
            workspace: string;
        };
        /** @description A connector, as new runs use it. */
        ConnectorView: {
            /** @description Actions. */
            actions: components["schemas"]["ActionView"][];
            /** @description Connection slots: how each is signed in, by name. A connector without one needs no connection. */
            auth: unknown;
            /**
             * @description Connector id.
             * @example projects
             */
            connector: string;
            /** @description What it is for. */
            description: string;
            /** @description SHA-256 of the component. */
            digest: string;
            /** @description Hosts it asks to reach; `{base_url}` stands for the connection's own. */
            hosts: string[];
            /** @description Name for people. */
            name: string;
            /** @description Settings of a connection that are not secret, as a JSON Schema; null: it has none. */
            settings?: unknown;
            /** @description Triggers. */
            triggers: components["schemas"]["CatalogTriggerView"][];
            /** @description Its own version. */
            version: string;
        };
        /** @description What became of one. */
        DecidedView: {
            /** @description The code of that. */
            code?: string | null;
            /** @description The decision. */
            decision_id?: string | null;
            /** @description It was taken. */
            done: boolean;
            /** @description The proposal. */
            proposal_id: string;
            /** @description Why it was not taken. */
            refused?: string | null;
            /** @description Where the proposal is now. */
            state?: string | null;
        };
        /** @description A decision. */
        DecisionBody: {
            edit?: components["schemas"]["EditBody"] | null;
            /** @description Words; `other` needs them. */
            note?: string | null;
            /** @description The person you stand in for. */
            on_behalf_of?: string | null;
            /** @description When you opened it, RFC 3339. */
            opened_at?: string | null;
            /**
             * @description Why, when it is a rejection: `wrong_value`, `wrong_record`, `wrong_action`, `not_now`, `duplicate`,
             *     `business_changed` or `other`.
             */
            reason?: string | null;
            /** @description The `content_hash` of what you looked at. A decision about what is no longer so is refused with the difference. */
            shown_hash?: string | null;
            /** @description `approve` or `reject`. */
            verdict: components["schemas"]["VerdictWord"];
        };
        /** @description A decision was taken. */
        DecisionTakenView: {
            /** @description The decision. */
            decision_id: string;
            /** @description The proposal that people decide about or have decided: another one after an edit. */
            proposal_id: string;
            /** @description Its state. */
            state: string;
        };
        /** @description One decision. */
        DecisionView: {
            /** @description Who made it. */
            actor: string;
            /** @description How sure it is who it was: `code`, `session` or `re_authenticated`. */
            assurance: unknown;
            /** @description When. */
            decided_at: string;
            /** @description Decision. */
            decision_id: string;
            /** @description What the edit changed. */
            edit: unknown;
            /** @description Words. */
            note?: string | null;
            /** @description When the content was opened. */
            opened_at?: string | null;
            /** @description Whose decision it is. */
            principal: string;
            /** @description Why, when it is a rejection. */
            reason: unknown;
            /** @description `approve`, `approve_edited` or `reject`. */
            verdict: unknown;
            /** @description `app`, `link`, `chat` or `api`. */
            via: unknown;
        };
        /** @description A person. */
        DelegateView: {
            /** @description Name. */
            name: string;
            /** @description Person. */
            person_id: string;
        };
        /**
         * @description Whom to let stand in, how long, for what.
         * @example {
         *       "to": "ben",
         *       "ends_at": "2026-08-15T00:00:00Z",
         *       "workflows": [
         *         "invoice"
         *       ],
         *       "money": {
         *         "up_to": "500.00",
         *         "currency": "GBP"
         *       },
         *       "irreversible": true
         *     }
         */
        DelegationRequest: {
            /** @description Until before this time, RFC 3339; at most 366 days. */
            ends_at: string;
            /** @description What cannot be undone, too. */
            irreversible?: boolean;
            money?: components["schemas"]["MoneyBody"] | null;
            /** @description From when, RFC 3339; from now where absent. */
            starts_at?: string | null;
            /** @description Who stands in: handle or person. They need the right to decide themselves. */
            to: string;
            /** @description Only these workflows; all where absent. */
            workflows?: string[] | null;
        };
        /** @description Somebody stands in for somebody. */
        DelegationView: {
            /** @description Every amount. */
            all_money: boolean;
            /** @description The same in words. */
            covers: string;
            /** @description When it was made. */
            created_at: string;
            /** @description By whom: the person themselves, or an administrator. */
            created_by: string;
            /** @description Delegation. */
            delegation_id: string;
            /** @description When it was ended before its time. */
            ended_at?: string | null;
            /** @description Until before this time. */
            ends_at: string;
            /** @description Whose decisions. */
            from: components["schemas"]["DelegateView"];
            /** @description What cannot be undone, too. */
            irreversible: boolean;
            money_up_to?: components["schemas"]["MoneyView"] | null;
            /** @description From when. */
            starts_at: string;
            /** @description Who stands in. */
            to: components["schemas"]["DelegateView"];
            /** @description Only these workflows; null: all. */
            workflows?: string[] | null;
            /** @description Workspace. */
            workspace: string;
        };
        /** @description Something is gone, or done. */
        DoneView: {
            /** @description It was there before. */
            done: boolean;
            /** @description What it was. */
            id: string;
        };
        /** @description A draft. */
        DraftDetail: components["schemas"]["DraftView"] & {
            /** @description Sample data that was pinned, by node. */
            samples: Record<string, never>;
            /** @description The text as written, whether it can be read or not. */
            text: string;
        };
        /** @description A draft to save. */
        DraftRequest: {
            /**
             * Format: int32
             * @description The version it was begun from.
             */
            based_on?: number | null;
            /**
             * Format: int32
             * @description The revision you saw last; 0: there was none.
             */
            revision: number;
            /** @description Sample data by node. */
            samples?: Record<string, never>;
            /** @description The text as written. */
            text: string;
        };
        /** @description A draft as a row of a list. */
        DraftView: {
            /**
             * Format: int32
             * @description The version it was begun from; null: from nothing.
             */
            based_on?: number | null;
            /**
             * Format: int32
             * @description How often it was saved.
             */
            revision: number;
            /** @description When. */
            saved_at: string;
            /** @description Who saved it last. */
            saved_by: string;
            /**
             * @description Workflow; it need not be published yet.
             * @example invoice-readiness
             */
            workflow: string;
            /** @description Workspace. */
            workspace: string;
        };
        /** @description By when. */
        DueView: {
            /** @description Time allowed: `4h`, `1 business day`. */
            allowed?: string | null;
            /** @description When it became late. */
            breached_at?: string | null;
            /** @description Business calendar. */
            calendar?: string | null;
            /** @description By when now; null while its clock stands still. */
            due_at?: string | null;
            /** @description When the backup takes it. */
            escalate_at?: string | null;
            /** @description By when at first. */
            original: string;
            /** @description When its owner is warned. */
            warn_at?: string | null;
        };
        /** @description An edit. */
        EditBody: {
            /** @description The action's whole input. */
            input: unknown;
        };
        /** @description A write. */
        EffectView: {
            /** @description `connector.action`. */
            action: string;
            /**
             * Format: int32
             * @description Attempt it belongs to.
             */
            attempt: number;
            /** @description `write_idempotent` or `write_once`. */
            class: unknown;
            /** @description Connection. */
            connection?: string | null;
            /** @description Effect. */
            effect_id: string;
            /** @description How it is known: `answer`, `reconciled` or `person`. */
            evidence: unknown;
            failure?: components["schemas"]["FailureView"] | null;
            /** @description The key sent with it. */
            idempotency_key: string;
            /** @description The intent was committed then, before anything was sent. */
            intended_at: string;
            /** @description Step. */
            path: string;
            /** @description What the remote said. */
            receipt: unknown;
            /** @description Hash of its canonical input (RFC 8785). */
            request_sha256: string;
            /** @description Run. */
            run_id: string;
            /**
             * Format: int32
             * @description Which sending of the same decision.
             */
            sending: number;
            /** @description When its outcome was known. */
            settled_at?: string | null;
            /** @description `intended`, `confirmed`, `not_applied` or `in_doubt`. */
            state: string;
            /** @description `reversible`, `compensable` or `irreversible`. */
            undo: unknown;
            /** @description Workspace. */
            workspace: string;
        };
        /** @description How a backup ended: good with a manifest, or failed with a reason. */
        EndRequest: {
            /**
             * Format: int64
             * @description Of a good one: their bytes.
             */
            bytes?: number;
            /** @description Of a failed one: why. */
            failed?: string | null;
            /**
             * Format: int64
             * @description Of a good one: its files.
             */
            files?: number;
            /** @description Of a good one: SHA-256 of its manifest. */
            manifest_sha256?: string | null;
            /** @description Of a good one: it was restored into a scratch place and found whole. */
            rehearsed?: boolean;
        };
        /** @description Every answer of 400 and more. */
        ErrorAnswer: {
            /** @description What went wrong. */
            error: components["schemas"]["ErrorDetail"];
        };
        /** @description What went wrong, for a program and for a person. */
        ErrorDetail: {
            /**
             * @description `TL` and four digits; stable.
             * @example TL0708
             */
            code: string;
            /** @description The page about this code, relative to the repository. */
            docs: string;
            /** @description What to do about it. */
            hint?: string | null;
            /** @description What happened, in one sentence. */
            message: string;
            /** @description Problems of the text that was sent, with their places. */
            problems?: components["schemas"]["Problem"][];
        };
        /** @description What an expression gave. */
        EvaluatedView: {
            problem?: components["schemas"]["ExpressionProblemView"] | null;
            /** @description The value; null where there is a problem. */
            value: unknown;
        };
        /** @description An expression to evaluate. */
        EvaluateRequest: {
            /** @description The template is a condition, which gives true or false; its braces may be absent. */
            condition?: boolean;
            /** @description What it sees. */
            scope?: components["schemas"]["Names"];
            /** @description Any JSON; its texts may hold `{{ … }}`. */
            template: Record<string, never>;
        };
        /** @description An internal event was accepted. */
        EventPublishedView: {
            /** @description The event; null: nobody listens, and it is kept for runs that may wait for it. */
            event_id?: string | null;
            /** @description Runs it started. */
            runs: string[];
        };
        /** @description An accepted event. */
        EventView: {
            /** @description Its dedupe key. */
            dedupe_key?: string | null;
            /** @description Event. */
            event_id: string;
            /** @description `webhook`, `schedule`, `poll`, `event`, `manual`, `called`, `form` or `mail`. */
            kind: string;
            /** @description When it was accepted. */
            received_at: string;
            /** @description The run it started. */
            run_id: string;
            /**
             * Format: int64
             * @description Bytes of its payload.
             */
            size: number;
            /** @description The trigger's node id. */
            trigger: string;
            /** @description Workflow it started. */
            workflow: string;
            /** @description Workspace. */
            workspace: string;
        };
        /** @description One exception, whole. */
        ExceptionDetail: components["schemas"]["ExceptionView"] & {
            /** @description Its clock. */
            clock: components["schemas"]["ClockView"];
            /** @description It ended a week ago: nobody opens it again by hand. */
            closed: boolean;
            /** @description Comments, oldest first. */
            comments: components["schemas"]["CommentView"][];
            /**
             * Format: int32
             * @description Steps that wait now.
             */
            items: number;
            /** @description Its life. */
            log: components["schemas"]["TransitionView"][];
            /** @description Steps that wait or waited on it, oldest first; at most 200. */
            steps: components["schemas"]["WaitingStepView"][];
            /** @description Which systems update after, and what was seen of them. */
            updates: components["schemas"]["UpdateView"][];
            /** @description Handles of those who watch it. */
            watchers: string[];
        };
        /** @description One exception: one record and reason, or one cause. In a run, the step that waits on it. */
        ExceptionView: {
            /** @description The last one about the same. */
            after?: string | null;
            /** @description From where the owner came: `node`, `rule`, `workflow`, `reason`, `workspace`, `person`, `escalation`. */
            assigned_by?: string | null;
            /** @description Who takes over. */
            backup?: string | null;
            /** @description The connection whose trouble is the cause. */
            connection?: string | null;
            /** @description A customer sees it. */
            customer_visible: boolean;
            /** @description By when. */
            due: components["schemas"]["DueView"];
            /** @description Until when. */
            due_at: string;
            /** @description The effect in doubt. */
            effect_id?: string | null;
            /** @description Exception. */
            exception_id: string;
            failure?: components["schemas"]["FailureView"] | null;
            /** @description `business`: one per record and reason; `technical`: one per cause. */
            kind: string;
            /** @description When it was seen last. */
            last_seen_at?: string | null;
            /** @description The exception that goes on with it. */
            merged_into?: string | null;
            /**
             * Format: int64
             * @description Money at risk, in hundredths.
             */
            money?: number | null;
            /** @description Why none does. */
            no_update_reason?: string | null;
            /** @description In words. */
            note?: string | null;
            /**
             * Format: int32
             * @description How often it happened.
             */
            occurrences: number;
            /** @description When it opened. */
            opened_at: string;
            /** @description What came of it. */
            outcome?: string | null;
            /** @description Who owns the next action: a person, team or role. */
            owner: string;
            /** @description That step; empty: the whole run. */
            path: string;
            /** @description Handle of whoever has it. */
            person?: string | null;
            /** @description The reason's code. */
            reason: string;
            /**
             * Format: int32
             * @description How often it came back after it was over.
             */
            reopened: number;
            /** @description How: `retry`, `skip`, …; of a run's step `retried`, `skipped`, … */
            resolution?: string | null;
            /** @description When it was over. */
            resolved_at?: string | null;
            /** @description By whom. */
            resolved_by?: string | null;
            /** @description Step that runs again on *retry*. */
            retry_from?: string | null;
            /** @description Run of the step it was seen at last. */
            run_id: string;
            /** @description The reason in words. */
            sentence: string;
            /** @description `low`, `normal`, `high` or `critical`. */
            severity?: string | null;
            /** @description Hidden until then. */
            snooze_until?: string | null;
            /** @description `open`, `assigned`, `in_progress`, `waiting`, `verifying`, `resolved`, `dismissed` or `superseded`. */
            state: string;
            /** @description How sure the resolution is: `read_back`, `evidence`, `receipt`, `attested` or `unverified`. */
            strength?: string | null;
            /** @description What usually helps and may be done now, the likeliest first; none where nobody works on it any more. */
            suggested_fixes: components["schemas"]["FixView"][];
            /** @description Tags. */
            tags: string[];
            /** @description An answer came from defaults because it could not be derived. */
            unrouted: boolean;
            /** @description Which systems update after it is resolved. */
            updates_after: unknown;
            /**
             * Format: int32
             * @description Workflow version.
             */
            version: number;
            /** @description On whom it waits: `customer`, `vendor`, `system` or `internal`. */
            waiting_on?: string | null;
            /** @description Until when at most. */
            waiting_until?: string | null;
            /** @description What changed: the record, old and new. */
            what_changed: unknown;
            /** @description Why the normal path stopped. */
            why_stopped: components["schemas"]["WhyStoppedView"];
            /** @description Workflow. */
            workflow: string;
            /** @description Workspace. */
            workspace: string;
        };
        /** @description Why an expression gave nothing. */
        ExpressionProblemView: {
            /** @description `TL` and four digits. */
            code: string;
            /** @description What to do. */
            hint?: string | null;
            /** @description What is wrong. */
            message: string;
            /** @description Where in the text, in bytes. */
            offset?: number | null;
        };
        /** @description A failure in short. */
        FailureView: {
            /** @description Code of the connector, or `TL` and four digits. */
            code: string;
            /** @description What else is known. */
            detail?: unknown;
            /**
             * Format: int32
             * @description HTTP status of the remote's answer.
             */
            http_status?: number | null;
            /** @description What the engine makes of it: `transient`, `invalid_input`, … */
            kind?: string | null;
            /** @description Words. */
            message: string;
            /** @description Whose fault: `remote`, `connector` or `host`. */
            origin?: string | null;
            /** @description The remote's own id of the request. */
            remote_request_id?: string | null;
        };
        /** @description One field, before and after. */
        FieldView: {
            /** @description After; absent: it is removed. */
            after?: unknown;
            /** @description Before; absent: there is no value, or it could not be read. */
            before?: unknown;
            /** @description JSON Pointer. */
            field: string;
        };
        /** @description Something that usually helps. */
        FixView: {
            /** @description The `action` of `resolve` that does it; null: it is done elsewhere. */
            action?: string | null;
            preview?: components["schemas"]["PreviewView"] | null;
            /** @description What to do. */
            words: string;
        };
        /** @description An address range to open. */
        GrantRequest: {
            /** @description Addresses and ports: `127.0.0.1/32:41001`. */
            range: string;
            /** @description Why. */
            reason: string;
        };
        /** @description Private addresses that the connectors of one workspace may reach. */
        GrantView: {
            /** @description When it was opened. */
            created_at: string;
            /** @description Who opened it. */
            created_by: string;
            /** @description Addresses and ports: `127.0.0.1/32:41001`. */
            range: string;
            /** @description Why. */
            reason: string;
            /** @description Workspace. */
            workspace: string;
        };
        /** @description A group with some of its proposals. */
        GroupDetailView: components["schemas"]["GroupView"] & {
            /** @description Its proposals, the nearest deadline first. */
            items: components["schemas"]["ProposalView"][];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /** @description A set as it was seen. What opens later is not in it. */
        GroupSnapshotView: {
            /** @description As of when. */
            as_of: string;
            /** @description How many. */
            count: number;
            /** @description Hex SHA-256 of their ids. */
            sha256: string;
        };
        /** @description Open proposals of identical shape: the same workflow and version, the same writes and fields, only other values. */
        GroupView: {
            /** @description How many. */
            count: number;
            /** @description The nearest deadline. */
            expires_at: string;
            money?: components["schemas"]["MoneyView"] | null;
            /** @description Since when the oldest waits. */
            oldest: string;
            /** @description Their shape. */
            shape: string;
            /** @description The set as it is; to be stated with the decisions. */
            snapshot: components["schemas"]["GroupSnapshotView"];
            /** @description What the one with the nearest deadline would do, in words. */
            summary: string;
            /**
             * Format: int32
             * @description Its version.
             */
            version: number;
            /** @description Workflow. */
            workflow: string;
            /** @description Workspace. */
            workspace: string;
        };
        /** @description Alive or not, ready or not. */
        HealthView: {
            /** @description What somebody should look at, though the server works. */
            alarms: string[];
            /** @description What is not ready. */
            reasons: string[];
            /** @description `ok`, or `unavailable`. */
            status: string;
        };
        /** @description A run that was open in a backup that was restored: it waits for a person. */
        HeldRunView: {
            /** @description Since when. */
            held_at: string;
            /** @description What people wanted of it before: `active`, `paused` or `cancelling`. */
            lifecycle: string;
            /** @description Run. */
            run_id: string;
            /** @description Its workflow. */
            workflow: string;
            /** @description Workspace. */
            workspace: string;
        };
        /** @description Something that somebody has to do. */
        InboxItem: {
            ask?: components["schemas"]["AskView"] | null;
            /** @description Until when. */
            due_at: string;
            exception?: components["schemas"]["ExceptionView"] | null;
            /** @description Its id. */
            id: string;
            /** @description Whose it is. */
            owner: string;
            /** @description What it says, in one sentence. */
            title: string;
            /** @description `exception` or `ask`. */
            what: string;
        };
        /** @description An account that was just made, with the link that gives it a password. */
        InvitedView: components["schemas"]["AccountView"] & {
            /** @description Its invitation. */
            link: components["schemas"]["LinkView"];
        };
        /** @description Items of a for-each. */
        ItemsView: {
            /**
             * Format: int64
             * @description All.
             */
            count: number;
            /**
             * Format: int64
             * @description Ended badly.
             */
            failed: number;
            /**
             * Format: int64
             * @description Ended well.
             */
            succeeded: number;
        };
        /** @description As what somebody joins a team. */
        JoinRequest: {
            /**
             * @description Hears of what is due beside its owner.
             * @default false
             */
            lead: boolean;
        };
        /** @description A key that was not retired. */
        KeyView: {
            /** @description When it was made. */
            created_at: string;
            /** @description Of one that was replaced: when the last thing left it. */
            emptied_at?: string | null;
            /** @description Of a root key: names it, and its file in `DIR/keys`. */
            fingerprint?: string | null;
            /**
             * Format: int32
             * @description Of a workspace key: the root key that wraps it.
             */
            root_version?: number | null;
            /** @description `newest`, `being_replaced`, or `awaits_backup`: it goes after a backup that began after `emptied_at`. */
            state: string;
            /**
             * Format: int32
             * @description Version; the newest wraps what is new.
             */
            version: number;
            /**
             * Format: int64
             * @description What it wraps: keys of workspaces, or secrets.
             */
            wraps: number;
        };
        /** @description A link that works once. */
        LinkView: {
            /** @description What goes before the path where others reach the server: the setting `public_url`. */
            base?: string | null;
            /** @description Until when it works. */
            expires_at: string;
            /** @description `invitation` or `reset`. */
            kind: string;
            /** @description Path of the link on this server. It is shown this once. */
            path: string;
        };
        /** @description What a check found. */
        LintView: {
            /** @description Nothing stops it from being published. */
            ok: boolean;
            /** @description Everything found, in the order of the text. */
            problems: components["schemas"]["Problem"][];
        };
        /** @description One page of a list. */
        List_AccountView: {
            /** @description Rows, newest first, or by name. */
            items: {
                /** @description When it was made. */
                created_at: string;
                /** @description By whom. */
                created_by: string;
                /** @description When it was disabled. */
                disabled_at?: string | null;
                /** @description Address: what they sign in with. */
                mail: string;
                /** @description Name for other people. */
                name: string;
                /** @description When the password was set. */
                password_at?: string | null;
                /** @description Person. */
                person_id: string;
                /** @description Looks after the whole server. */
                server_admin: boolean;
                /** @description `invited` until there is a password, `active`, `disabled`. */
                state: string;
            }[];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        List_AskView: {
            /** @description Rows, newest first, or by name. */
            items: {
                /** @description The answer. */
                answer: unknown;
                /** @description Who answered. */
                answered_by?: string | null;
                /** @description Question. */
                ask_id: string;
                /** @description When it was asked. */
                asked_at: string;
                /** @description When it was closed. */
                closed_at?: string | null;
                /** @description Until when. */
                due_at: string;
                /** @description JSON Schema of the answer. */
                form: unknown;
                /** @description Who is asked. */
                owner: string;
                /** @description Its step. */
                path: string;
                /** @description What is asked. */
                question: string;
                /** @description Run that waits. */
                run_id: string;
                /** @description `open`, `answered`, `expired` or `withdrawn`. */
                state: string;
                /** @description Workflow. */
                workflow: string;
                /** @description Workspace. */
                workspace: string;
            }[];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        List_BackupView: {
            /** @description Rows, newest first, or by name. */
            items: {
                /**
                 * @description Backup.
                 * @example bkp_01hz0000000000000000000000
                 */
                backup_id: string;
                /** @description When it began: everything committed before is in it. */
                began_at: string;
                /** @description Who began it. */
                began_by: string;
                /**
                 * Format: int64
                 * @description Of a good one: their bytes.
                 */
                bytes?: number | null;
                /** @description Of a failed one: why. */
                detail?: string | null;
                /** @description When it ended. */
                ended_at?: string | null;
                /**
                 * Format: int64
                 * @description Of a good one: its files.
                 */
                files?: number | null;
                /** @description Of a good one: SHA-256 of its manifest. */
                manifest_sha256?: string | null;
                /** @description Of a good one: it was restored into a scratch place and found whole. */
                rehearsed?: boolean | null;
                /** @description `running`, `good` or `failed`. */
                state: string;
            }[];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        List_BulkView: {
            /** @description Rows, newest first, or by name. */
            items: {
                /** @description It was done. */
                done: boolean;
                /** @description Exception. */
                exception_id: string;
                /** @description Why not. */
                refused?: string | null;
            }[];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        List_ChannelView: {
            /** @description Rows, newest first, or by name. */
            items: {
                /** @description When it was set. */
                changed_at: string;
                /** @description Who set it. */
                changed_by: string;
                /**
                 * @description Name within the workspace.
                 * @example chat
                 */
                name: string;
                /** @description What it is told. */
                tells: components["schemas"]["Told"][];
                /**
                 * @description Where messages go.
                 * @example https://hooks.example.com/throughline
                 */
                url: string;
                /** @description Workspace. */
                workspace: string;
            }[];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        List_ConnectionView: {
            /** @description Rows, newest first, or by name. */
            items: {
                /** @description Whose account it is, as the connector says. */
                account?: string | null;
                /**
                 * @description Writes of live workflows may go over it by themselves. Else people are asked about each, until somebody agrees to
                 *     the account that answered the last test.
                 */
                agreed: boolean;
                /** @description The one origin it speaks to, if it is bound to one. */
                bound_to?: string | null;
                /** @description Connection. */
                connection_id: string;
                /** @description Connector. */
                connector: string;
                /** @description When it was made. */
                created_at: string;
                /** @description Name that workflows use. */
                name: string;
                /** @description Where each secret is: `{"default.token": {"vault": "NAME"}}`. Never the secret. */
                secrets: unknown;
                /** @description Settings that are no secrets. */
                settings: unknown;
                /** @description When the system last said which account it is. */
                tested_at?: string | null;
                /** @description When it was changed. */
                updated_at: string;
                /** @description Workspace. */
                workspace: string;
            }[];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        List_DelegationView: {
            /** @description Rows, newest first, or by name. */
            items: {
                /** @description Every amount. */
                all_money: boolean;
                /** @description The same in words. */
                covers: string;
                /** @description When it was made. */
                created_at: string;
                /** @description By whom: the person themselves, or an administrator. */
                created_by: string;
                /** @description Delegation. */
                delegation_id: string;
                /** @description When it was ended before its time. */
                ended_at?: string | null;
                /** @description Until before this time. */
                ends_at: string;
                /** @description Whose decisions. */
                from: components["schemas"]["DelegateView"];
                /** @description What cannot be undone, too. */
                irreversible: boolean;
                money_up_to?: components["schemas"]["MoneyView"] | null;
                /** @description From when. */
                starts_at: string;
                /** @description Who stands in. */
                to: components["schemas"]["DelegateView"];
                /** @description Only these workflows; null: all. */
                workflows?: string[] | null;
                /** @description Workspace. */
                workspace: string;
            }[];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        List_DraftView: {
            /** @description Rows, newest first, or by name. */
            items: {
                /**
                 * Format: int32
                 * @description The version it was begun from; null: from nothing.
                 */
                based_on?: number | null;
                /**
                 * Format: int32
                 * @description How often it was saved.
                 */
                revision: number;
                /** @description When. */
                saved_at: string;
                /** @description Who saved it last. */
                saved_by: string;
                /**
                 * @description Workflow; it need not be published yet.
                 * @example invoice-readiness
                 */
                workflow: string;
                /** @description Workspace. */
                workspace: string;
            }[];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        List_EventView: {
            /** @description Rows, newest first, or by name. */
            items: {
                /** @description Its dedupe key. */
                dedupe_key?: string | null;
                /** @description Event. */
                event_id: string;
                /** @description `webhook`, `schedule`, `poll`, `event`, `manual`, `called`, `form` or `mail`. */
                kind: string;
                /** @description When it was accepted. */
                received_at: string;
                /** @description The run it started. */
                run_id: string;
                /**
                 * Format: int64
                 * @description Bytes of its payload.
                 */
                size: number;
                /** @description The trigger's node id. */
                trigger: string;
                /** @description Workflow it started. */
                workflow: string;
                /** @description Workspace. */
                workspace: string;
            }[];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        List_ExceptionView: {
            /** @description Rows, newest first, or by name. */
            items: {
                /** @description The last one about the same. */
                after?: string | null;
                /** @description From where the owner came: `node`, `rule`, `workflow`, `reason`, `workspace`, `person`, `escalation`. */
                assigned_by?: string | null;
                /** @description Who takes over. */
                backup?: string | null;
                /** @description The connection whose trouble is the cause. */
                connection?: string | null;
                /** @description A customer sees it. */
                customer_visible: boolean;
                /** @description By when. */
                due: components["schemas"]["DueView"];
                /** @description Until when. */
                due_at: string;
                /** @description The effect in doubt. */
                effect_id?: string | null;
                /** @description Exception. */
                exception_id: string;
                failure?: components["schemas"]["FailureView"] | null;
                /** @description `business`: one per record and reason; `technical`: one per cause. */
                kind: string;
                /** @description When it was seen last. */
                last_seen_at?: string | null;
                /** @description The exception that goes on with it. */
                merged_into?: string | null;
                /**
                 * Format: int64
                 * @description Money at risk, in hundredths.
                 */
                money?: number | null;
                /** @description Why none does. */
                no_update_reason?: string | null;
                /** @description In words. */
                note?: string | null;
                /**
                 * Format: int32
                 * @description How often it happened.
                 */
                occurrences: number;
                /** @description When it opened. */
                opened_at: string;
                /** @description What came of it. */
                outcome?: string | null;
                /** @description Who owns the next action: a person, team or role. */
                owner: string;
                /** @description That step; empty: the whole run. */
                path: string;
                /** @description Handle of whoever has it. */
                person?: string | null;
                /** @description The reason's code. */
                reason: string;
                /**
                 * Format: int32
                 * @description How often it came back after it was over.
                 */
                reopened: number;
                /** @description How: `retry`, `skip`, …; of a run's step `retried`, `skipped`, … */
                resolution?: string | null;
                /** @description When it was over. */
                resolved_at?: string | null;
                /** @description By whom. */
                resolved_by?: string | null;
                /** @description Step that runs again on *retry*. */
                retry_from?: string | null;
                /** @description Run of the step it was seen at last. */
                run_id: string;
                /** @description The reason in words. */
                sentence: string;
                /** @description `low`, `normal`, `high` or `critical`. */
                severity?: string | null;
                /** @description Hidden until then. */
                snooze_until?: string | null;
                /** @description `open`, `assigned`, `in_progress`, `waiting`, `verifying`, `resolved`, `dismissed` or `superseded`. */
                state: string;
                /** @description How sure the resolution is: `read_back`, `evidence`, `receipt`, `attested` or `unverified`. */
                strength?: string | null;
                /** @description What usually helps and may be done now, the likeliest first; none where nobody works on it any more. */
                suggested_fixes: components["schemas"]["FixView"][];
                /** @description Tags. */
                tags: string[];
                /** @description An answer came from defaults because it could not be derived. */
                unrouted: boolean;
                /** @description Which systems update after it is resolved. */
                updates_after: unknown;
                /**
                 * Format: int32
                 * @description Workflow version.
                 */
                version: number;
                /** @description On whom it waits: `customer`, `vendor`, `system` or `internal`. */
                waiting_on?: string | null;
                /** @description Until when at most. */
                waiting_until?: string | null;
                /** @description What changed: the record, old and new. */
                what_changed: unknown;
                /** @description Why the normal path stopped. */
                why_stopped: components["schemas"]["WhyStoppedView"];
                /** @description Workflow. */
                workflow: string;
                /** @description Workspace. */
                workspace: string;
            }[];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        List_GrantView: {
            /** @description Rows, newest first, or by name. */
            items: {
                /** @description When it was opened. */
                created_at: string;
                /** @description Who opened it. */
                created_by: string;
                /** @description Addresses and ports: `127.0.0.1/32:41001`. */
                range: string;
                /** @description Why. */
                reason: string;
                /** @description Workspace. */
                workspace: string;
            }[];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        List_GroupView: {
            /** @description Rows, newest first, or by name. */
            items: {
                /** @description How many. */
                count: number;
                /** @description The nearest deadline. */
                expires_at: string;
                money?: components["schemas"]["MoneyView"] | null;
                /** @description Since when the oldest waits. */
                oldest: string;
                /** @description Their shape. */
                shape: string;
                /** @description The set as it is; to be stated with the decisions. */
                snapshot: components["schemas"]["GroupSnapshotView"];
                /** @description What the one with the nearest deadline would do, in words. */
                summary: string;
                /**
                 * Format: int32
                 * @description Its version.
                 */
                version: number;
                /** @description Workflow. */
                workflow: string;
                /** @description Workspace. */
                workspace: string;
            }[];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        List_HeldRunView: {
            /** @description Rows, newest first, or by name. */
            items: {
                /** @description Since when. */
                held_at: string;
                /** @description What people wanted of it before: `active`, `paused` or `cancelling`. */
                lifecycle: string;
                /** @description Run. */
                run_id: string;
                /** @description Its workflow. */
                workflow: string;
                /** @description Workspace. */
                workspace: string;
            }[];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        List_InboxItem: {
            /** @description Rows, newest first, or by name. */
            items: {
                ask?: components["schemas"]["AskView"] | null;
                /** @description Until when. */
                due_at: string;
                exception?: components["schemas"]["ExceptionView"] | null;
                /** @description Its id. */
                id: string;
                /** @description Whose it is. */
                owner: string;
                /** @description What it says, in one sentence. */
                title: string;
                /** @description `exception` or `ask`. */
                what: string;
            }[];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        List_MemberView: {
            /** @description Rows, newest first, or by name. */
            items: {
                /** @description False while the account is disabled. */
                active: boolean;
                /** @description Since when. */
                added_at: string;
                /** @description What else a workflow may call them: `role:field_lead`. Gives no right. */
                duties: string[];
                /** @description What stands in workflows: `person:office`. */
                handle: string;
                /** @description `account`, or `external`: a mail address and nothing else. */
                kind: string;
                /** @description Address. */
                mail: string;
                /** @description Name for other people. */
                name: string;
                /** @description Person. */
                person_id: string;
                /** @description Roles: what they may do. */
                roles: string[];
                /** @description Teams. */
                teams: string[];
                /** @description Workspace. */
                workspace: string;
            }[];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        List_MisfireView: {
            /** @description Rows, newest first, or by name. */
            items: {
                /** @description When it should have fired. */
                planned_at: string;
                /** @description When that was noticed. */
                recorded_at: string;
                /** @description Workflow. */
                workflow: string;
                /** @description Workspace. */
                workspace: string;
            }[];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        List_PluginView: {
            /** @description Rows, newest first, or by name. */
            items: {
                /** @description Actions. */
                actions: string[];
                /** @description Connector id. */
                connector: string;
                /** @description Version of the contract it was built for. */
                contract: string;
                /** @description New runs use this digest. */
                current: boolean;
                /** @description What it is for. */
                description: string;
                /** @description SHA-256 of the component. */
                digest: string;
                /** @description When it was installed. */
                installed_at: string;
                /** @description Who installed it. */
                installed_by: string;
                /** @description Name for people. */
                name: string;
                /** @description Hash of what it may do, which somebody agreed to. */
                permissions: string;
                quarantine?: components["schemas"]["QuarantineView"] | null;
                /** @description `installed`, `quarantined` or `removed`. */
                state: string;
                /** @description Triggers. */
                triggers: string[];
                /** @description Its own version. */
                version: string;
            }[];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        List_PracticeSystemView: {
            /** @description Rows, newest first, or by name. */
            items: {
                /**
                 * @description Where it answers.
                 * @example http://127.0.0.1:41001
                 */
                base_url: string;
                /** @description A connection of that name leads to it. */
                connected: boolean;
                /** @description Its connector, and the name of its connection. */
                connector: string;
                /** @description The connector is installed. */
                installed: boolean;
            }[];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        List_ProposalView: {
            /** @description Rows, newest first, or by name. */
            items: {
                /** @description One of them is put to you, or to somebody you stand in for; there too. */
                asks_you?: boolean | null;
                /** @description When people were no longer asked. */
                closed_at?: string | null;
                /** @description Why it ended without a decision: who withdrew it and why, or that nobody decided in time. */
                closed_why?: string | null;
                /** @description What a decision must name: the hash of exactly this content. */
                content_hash: string;
                /** @description Its write, once it was sent. */
                effect_id?: string | null;
                /** @description Until when; after that nothing is written. */
                expires_at: string;
                /** @description Whose decision you could make now, yourself among them; in one proposal, and in lists with `asked=me`. */
                for_you?: components["schemas"]["DelegateView"][] | null;
                /** @description Something in it cannot be taken back. */
                irreversible: boolean;
                money?: components["schemas"]["MoneyView"] | null;
                /**
                 * Format: int32
                 * @description Questions about it that nobody has answered; in one proposal, and in lists with `asked=me`.
                 */
                open_questions?: number | null;
                /** @description Since when people are asked. */
                opened_at: string;
                /** @description The writes, in the order they are sent. */
                operations: components["schemas"]["OperationView"][];
                /** @description Its step. */
                path: string;
                /** @description Proposal. */
                proposal_id: string;
                /** @description What took its place. */
                replaced_by?: string | null;
                /** @description What it took the place of. */
                replaces?: string | null;
                /** @description Run that waits. */
                run_id: string;
                /** @description Proposals of one shape differ in values only. */
                shape: string;
                /** @description Until when you put it off; there too. */
                snoozed_until?: string | null;
                /**
                 * @description `open`, `approved`, `applying`, `applied`, `partly_applied`, `failed`, `compensated`, `rejected`, `expired`,
                 *     `superseded`, `withdrawn` or `stale`.
                 */
                state: string;
                /** @description The effect in words. */
                summary: string;
                /**
                 * Format: int32
                 * @description Workflow version it was made by.
                 */
                version: number;
                /** @description Workflow. */
                workflow: string;
                /** @description Workspace. */
                workspace: string;
            }[];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        List_PublishRequestView: {
            /** @description Rows, newest first, or by name. */
            items: {
                /** @description When. */
                asked_at: string;
                /** @description Who asks. */
                asked_by: string;
                /** @description When. */
                decided_at?: string | null;
                /** @description Who decided. */
                decided_by?: string | null;
                /** @description What to look at. */
                note: string;
                /** @description Request. */
                request_id: string;
                /** @description SHA-256 of the text: whoever agrees names it. */
                sha256: string;
                /** @description `open`, `published`, `sent_back` or `withdrawn`. */
                state: string;
                /**
                 * Format: int32
                 * @description The version it became.
                 */
                version?: number | null;
                /** @description Why it was sent back. */
                words?: string | null;
                /** @description Workflow; it need not be published yet. */
                workflow: string;
                /** @description Workspace. */
                workspace: string;
            }[];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        List_RoutingRuleView: {
            /** @description Rows, newest first, or by name. */
            items: {
                /**
                 * Format: int32
                 * @description Its place, from 1.
                 */
                position: number;
                /** @description `workflow`, `kind`, `when`, `owner`, `backups`, `due`, `ladder`. */
                rule: unknown;
            }[];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        List_RunView: {
            /** @description Rows, newest first, or by name. */
            items: {
                /** @description When it was accepted. */
                created_at: string;
                /** @description Waiting: when it goes on by itself; null: it waits for somebody. */
                due_at?: string | null;
                /**
                 * Format: int64
                 * @description Milliseconds from start to end.
                 */
                duration_ms?: number | null;
                /** @description When it ended. */
                ended_at?: string | null;
                /** @description The event that started it; a called run and a retry have none of their own. */
                event_id?: string | null;
                failure?: components["schemas"]["FailureView"] | null;
                /** @description Searchable keys, as the workflow names them. */
                keys: {
                    [key: string]: unknown;
                };
                /** @description `active`, `paused` or `cancelling`. */
                lifecycle: string;
                /** @description The step that called it. */
                parent_path?: string | null;
                /** @description The run that called it. */
                parent_run_id?: string | null;
                /** @description The run it retries. */
                retry_of?: string | null;
                /**
                 * @description Run.
                 * @example run_01jcq3v0n4x2h8k5w7r9t1b6d0
                 */
                run_id: string;
                /** @description When a worker first took it. */
                started_at?: string | null;
                /** @description `queued`, `running`, `waiting`, `succeeded`, `failed` or `cancelled`. */
                status: string;
                /**
                 * Format: int32
                 * @description Workflow version it keeps to its end.
                 */
                version: number;
                /** @description Workflow. */
                workflow: string;
                /** @description Workspace. */
                workspace: string;
            }[];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        List_SecretView: {
            /** @description Rows, newest first, or by name. */
            items: {
                /**
                 * @description The one origin it may be sent to, or `inbound`.
                 * @example https://crm.example.com
                 */
                bound_to: string;
                /** @description When it was first put. */
                created_at: string;
                /** @description Who put it first. */
                created_by: string;
                /**
                 * Format: int32
                 * @description Version of the workspace key that wraps it.
                 */
                key_version: number;
                /**
                 * @description Name; a connection refers to it as `{"vault": "NAME"}`.
                 * @example crm-token
                 */
                name: string;
                /** @description Secret. */
                secret_id: string;
                /** @description When its value was last put. */
                updated_at: string;
                /** @description Who put it last. */
                updated_by: string;
                /** @description Names of the connections that use it. */
                used_by: string[];
                /**
                 * Format: int32
                 * @description Rises with each put.
                 */
                version: number;
                /** @description Workspace. */
                workspace: string;
            }[];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        List_SessionView: {
            /** @description Rows, newest first, or by name. */
            items: {
                /** @description What the browser calls itself. */
                client: string;
                /** @description When they signed in. */
                created_at: string;
                /** @description It is the one of this request. */
                current: boolean;
                /** @description Session. */
                session_id: string;
                /** @description When it was last used, to the minute. */
                used_at: string;
            }[];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        List_ShippedView: {
            /** @description Rows, newest first, or by name. */
            items: {
                /** @description What it asks for, in words. */
                asks_for: string[];
                /** @description Connector id. */
                connector: string;
                /** @description What it is for. */
                description: string;
                /** @description SHA-256 of the component. */
                digest: string;
                /** @description This very component is the one that new runs use. */
                installed: boolean;
                /** @description Name for people. */
                name: string;
                /** @description Hash of what it asks for, to agree to. */
                permissions: string;
                /** @description Version of another component of this connector that is installed; null: none is. */
                replaces?: string | null;
                /** @description Its own version. */
                version: string;
            }[];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        List_StraightThroughView: {
            /** @description Rows, newest first, or by name. */
            items: {
                /** @description Day in UTC. */
                day: string;
                /**
                 * Format: int64
                 * @description Those of them that have ended.
                 */
                ended: number;
                /**
                 * Format: double
                 * @description Share of the ended ones; null where none has ended.
                 */
                rate?: number | null;
                /**
                 * Format: int64
                 * @description Runs that began on it, but for those that other runs called.
                 */
                runs: number;
                /**
                 * Format: int64
                 * @description Those that ended well, and that no person touched: no decision, no resolution, no answer, no retry, there or in what
                 *     they called.
                 */
                straight_through: number;
                /** @description Workflow. */
                workflow: string;
                /** @description Workspace. */
                workspace: string;
            }[];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        List_TeamView: {
            /** @description Rows, newest first, or by name. */
            items: {
                /** @description When it was made. */
                created_at: string;
                /** @description Who is in it. */
                members: components["schemas"]["TeamMemberView"][];
                /** @description What stands in workflows: `team:billing`. */
                team: string;
                /** @description For people. */
                title: string;
                /** @description Workspace. */
                workspace: string;
            }[];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        List_TokenView: {
            /** @description Rows, newest first, or by name. */
            items: {
                /** @description When it was made. */
                created_at: string;
                /** @description When it ends by itself. */
                expires_at?: string | null;
                /** @description What it is for. */
                name: string;
                /** @description Whose it is; null: of the data directory's token, as good as an administrator of the server. */
                person_id?: string | null;
                /** @description When it was revoked. */
                revoked_at?: string | null;
                /** @description What it may do of what its owner may. */
                scopes: string[];
                /** @description Token. */
                token_id: string;
                /** @description When it was last used, to the minute. */
                used_at?: string | null;
                /** @description The only workspace it may use; null: all. */
                workspace?: string | null;
            }[];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        List_TriggerView: {
            /** @description Rows, newest first, or by name. */
            items: {
                /** @description The workflow listens; false while it is paused. */
                active: boolean;
                /** @description Connector. */
                connector: string;
                /** @description Internal event it listens to. */
                event_type?: string | null;
                failure?: components["schemas"]["FailureView"] | null;
                /**
                 * Format: int32
                 * @description Polls: failures in a row.
                 */
                failures: number;
                /** @description Where its form is. */
                form_path?: string | null;
                /** @description `webhook`, `schedule`, `poll`, `event`, `manual`, `called`, `form` or `mail`. */
                kind: string;
                /** @description The mail address it listens to; without the domain where the server has none. */
                mail_address?: string | null;
                /** @description Schedules: the next five; polls: the next one. */
                next_fires: string[];
                /** @description The trigger's node id. */
                trigger: string;
                /** @description Where its webhook listens. */
                webhook_path?: string | null;
                /** @description Workflow. */
                workflow: string;
                /** @description Workspace. */
                workspace: string;
            }[];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        List_VersionView: {
            /** @description Rows, newest first, or by name. */
            items: {
                /** @description When it was published. */
                published_at: string;
                /** @description Who published it. */
                published_by: string;
                /** @description SHA-256 of the text. */
                sha256: string;
                /**
                 * Format: int32
                 * @description Number, from 1.
                 */
                version: number;
                /** @description Who wrote it and asked for a second person; null: whoever published it. */
                written_by?: string | null;
            }[];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        List_WorkflowView: {
            /** @description Rows, newest first, or by name. */
            items: {
                /** @description When it was first published. */
                created_at: string;
                /** @description Where its form is: `/forms/demo/request-a-quote`. */
                form_path?: string | null;
                /**
                 * @description The mail address it listens to; without the domain where the server has none.
                 * @example invoices@in.example.com
                 */
                mail_address?: string | null;
                /** @description When its schedule fires next; five at most. */
                next_fires: string[];
                /** @description Who is answerable. */
                owner: string;
                /** @description When the current version was published. */
                published_at: string;
                /** @description Rollout stage: `draft`, `shadow`, `review`, `live` or `paused`. */
                stage?: string | null;
                /** @description `published`, `paused` or `unpublished`. */
                state: string;
                /** @description Title for people. */
                title: string;
                /** @description What starts a run: `projects.job_completed`. */
                trigger?: string | null;
                /**
                 * Format: int32
                 * @description Current version.
                 */
                version: number;
                /** @description Where its webhook listens: `/hooks/demo/job-completed`. */
                webhook_path?: string | null;
                /**
                 * @description Workflow.
                 * @example invoice-readiness
                 */
                workflow: string;
                /** @description Workspace. */
                workspace: string;
            }[];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /** @description One page of a list. */
        List_WorkspaceView: {
            /** @description Rows, newest first, or by name. */
            items: {
                /** @description When it was made. */
                created_at: string;
                /** @description Name for people. */
                name: string;
                /**
                 * @description Id.
                 * @example demo
                 */
                workspace: string;
            }[];
            /** @description Give it as `after` for the next page; null: this was the last one. */
            next?: string | null;
        };
        /**
         * @description Decisions about several proposals of one shape.
         * @example {
         *       "snapshot": {
         *         "as_of": "2026-01-31T08:15:00.000000Z",
         *         "count": 2,
         *         "sha256": "9f2c…"
         *       },
         *       "decisions": [
         *         {
         *           "proposal_id": "prp_…",
         *           "shown_hash": "51b7…",
         *           "verdict": "approve",
         *           "opened_at": "2026-01-31T08:16:00Z"
         *         },
         *         {
         *           "proposal_id": "prp_…",
         *           "shown_hash": "e00a…",
         *           "verdict": "reject",
         *           "reason": "wrong_value"
         *         }
         *       ]
         *     }
         */
        ManyRequest: {
            /** @description One for each that is decided; the others stay open. */
            decisions: components["schemas"]["OneOfMany"][];
            /** @description The set as it was seen; another one is refused. */
            snapshot: components["schemas"]["GroupSnapshotView"];
        };
        /** @description What became of each. */
        ManyView: {
            /** @description In the order in which they were sent. */
            items: components["schemas"]["DecidedView"][];
            snapshot?: components["schemas"]["GroupSnapshotView"] | null;
        };
        /** @description What to change of a member; what is absent stays. */
        MemberPatch: {
            /**
             * @description These duties and no others.
             * @default null
             */
            duties: string[] | null;
            /**
             * @description What stands in workflows.
             * @default null
             */
            handle: string | null;
            /**
             * @description These roles and no others.
             * @default null
             */
            roles: string[] | null;
        };
        /** @description Somebody to add to a workspace. */
        MemberRequest: {
            /** @description Of an account: its person or its address. */
            account?: string | null;
            /** @description What else a workflow may call them: `field_lead` for `role:field_lead`. Gives no right. */
            duties?: string[];
            /** @description What stands in workflows: `office` for `person:office`. */
            handle: string;
            /** @description Of somebody from outside: where codes and mails go to. */
            mail?: string | null;
            /** @description Of somebody from outside: their name. */
            name?: string | null;
            /** @description Roles: `admin`, `builder`, `approver`, `operator`, `viewer`; an external approver has none. */
            roles?: string[];
        };
        /** @description A member of a workspace. */
        MemberView: {
            /** @description False while the account is disabled. */
            active: boolean;
            /** @description Since when. */
            added_at: string;
            /** @description What else a workflow may call them: `role:field_lead`. Gives no right. */
            duties: string[];
            /** @description What stands in workflows: `person:office`. */
            handle: string;
            /** @description `account`, or `external`: a mail address and nothing else. */
            kind: string;
            /** @description Address. */
            mail: string;
            /** @description Name for other people. */
            name: string;
            /** @description Person. */
            person_id: string;
            /** @description Roles: what they may do. */
            roles: string[];
            /** @description Teams. */
            teams: string[];
            /** @description Workspace. */
            workspace: string;
        };
        /** @description What to merge an exception into. */
        MergeRequest: {
            /** @description The exception that goes on. */
            into: string;
        };
        /** @description Who asks, and what they may. */
        MeView: {
            /** @description How they came in: `admin_token`, `token` or `session`. */
            by: string;
            /** @description When they last typed their password; null for tokens. */
            confirmed_at?: string | null;
            /** @description Address. */
            mail?: string | null;
            /** @description Name for other people. */
            name?: string | null;
            /** @description Person; null: the token of the data directory, which is nobody's account. */
            person_id?: string | null;
            /** @description Their name in records: `admin`, `per_…`, `tok_…`. */
            recorded_as: string;
            /** @description Looks after the whole server. */
            server_admin: boolean;
            /** @description Rights on the whole server. */
            server_rights: string[];
            /** @description What they may in each workspace that is visible. */
            workspaces: components["schemas"]["MyWorkspaceView"][];
        };
        /** @description A time both ways, in whole minutes. */
        MinutesView: {
            /**
             * Format: int64
             * @description In business hours.
             */
            business: number;
            /**
             * Format: int64
             * @description On the wall.
             */
            calendar: number;
        };
        /** @description A planned instant that passed while nothing could run. */
        MisfireView: {
            /** @description When it should have fired. */
            planned_at: string;
            /** @description When that was noticed. */
            recorded_at: string;
            /** @description Workflow. */
            workflow: string;
            /** @description Workspace. */
            workspace: string;
        };
        /** @description How much money: up to an amount in one currency, or any. */
        MoneyBody: {
            /**
             * @description Every amount.
             * @default false
             */
            all: boolean;
            /**
             * @description ISO 4217 code.
             * @default null
             */
            currency: string | null;
            /**
             * @description Decimal text.
             * @default null
             */
            up_to: string | null;
        };
        /** @description Money, as decimal text. */
        MoneyView: {
            /** @description Amount. */
            amount: string;
            /** @description ISO 4217 code. */
            currency: string;
        };
        /** @description What somebody may in one workspace. */
        MyWorkspaceView: {
            /** @description What these, and the token if they came by one, allow. */
            rights: string[];
            /** @description Their own roles there. */
            roles: string[];
            /** @description Workspace. */
            workspace: string;
        };
        /** @description What expressions see, by name. `now` is the time of the request. */
        Names: {
            /** @description The trigger's event. */
            event?: unknown;
            /** @description Headers of a webhook's request. */
            headers?: unknown;
            /**
             * Format: int64
             * @description Inside a for-each: its place, from 0.
             * @default null
             */
            index: number | null;
            /** @description Inside a for-each: the item. */
            item?: unknown;
            /** @description The record it is about. */
            record?: unknown;
            /** @description Outputs of earlier steps, by id. */
            steps?: Record<string, never>;
            /** @description The workflow's parameters. */
            vars?: unknown;
        };
        /** @description A root key that a backup goes with. */
        NeededKeyView: {
            /** @description Names it without giving anything of it away. */
            fingerprint: string;
            /**
             * Format: int32
             * @description Version; its file is `DIR/keys/root-N.key`.
             */
            version: number;
        };
        /** @description A token that was just made. */
        NewTokenView: components["schemas"]["TokenView"] & {
            /** @description The token itself; it is shown this once. */
            token: string;
        };
        /** @description One decision of many. */
        OneOfMany: {
            /** @description Words; `other` needs them. */
            note?: string | null;
            /** @description The person you stand in for. */
            on_behalf_of?: string | null;
            /**
             * @description When you opened it, RFC 3339; absent: you did not. At least one must have been opened, and a decision about one that was
             *     not is kept as such.
             */
            opened_at?: string | null;
            /** @description Which. */
            proposal_id: string;
            /** @description Why, when it is a rejection. */
            reason?: string | null;
            /** @description Its `content_hash`, as it was listed. */
            shown_hash: string;
            /** @description `approve` or `reject`. */
            verdict: components["schemas"]["VerdictWord"];
        };
        /** @description Open runs of a workspace. */
        OpenRunsView: {
            /** @description Runs by status: `queued`, `running`, `waiting`; at most 25,000 each are counted. */
            open_runs: {
                [key: string]: number;
            };
            /** @description Workspace. */
            workspace: string;
        };
        /** @description One write. */
        OperationView: {
            /** @description Action. */
            action: string;
            /** @description False: the preview could not read everything. */
            complete: boolean;
            /** @description Connection. */
            connection?: string | null;
            /** @description What changes. */
            fields: components["schemas"]["FieldView"][];
            /** @description The key it is sent with. */
            idempotency_key: string;
            /** @description The action's input, as it will be sent. */
            input: unknown;
            /** @description `create`, `update`, `delete`, `send` or `call`. */
            kind: unknown;
            /** @description `etag`, `version`, `before_hash` or `absent`: what is compared right before it is sent; null: nothing can be. */
            precondition?: unknown;
            /** @description The record's id; null: it is made. */
            record_id?: string | null;
            /** @description Record type. */
            record_type: string;
            /** @description System it goes to. */
            system: string;
            /** @description `reversible`, `compensable` or `irreversible`. */
            undo: unknown;
        };
        /** @description Another password. */
        PasswordRequest: {
            /**
             * Format: password
             * @description The new one: at least 12 characters.
             */
            new: string;
            /**
             * Format: password
             * @description The one there is.
             */
            old: string;
        };
        /** @description An installed plugin. */
        PluginView: {
            /** @description Actions. */
            actions: string[];
            /** @description Connector id. */
            connector: string;
            /** @description Version of the contract it was built for. */
            contract: string;
            /** @description New runs use this digest. */
            current: boolean;
            /** @description What it is for. */
            description: string;
            /** @description SHA-256 of the component. */
            digest: string;
            /** @description When it was installed. */
            installed_at: string;
            /** @description Who installed it. */
            installed_by: string;
            /** @description Name for people. */
            name: string;
            /** @description Hash of what it may do, which somebody agreed to. */
            permissions: string;
            quarantine?: components["schemas"]["QuarantineView"] | null;
            /** @description `installed`, `quarantined` or `removed`. */
            state: string;
            /** @description Triggers. */
            triggers: string[];
            /** @description Its own version. */
            version: string;
        };
        /** @description A job to complete. */
        PracticeJobRequest: {
            /** @description With photos and signature; without them it lacks what most workflows ask for. */
            with_proof: boolean;
            /** @description The workflow that is told of it. */
            workflow: string;
        };
        /** @description A job that was completed in the simulated projects system. */
        PracticeJobView: {
            /**
             * @description Its id there.
             * @example job_0007
             */
            job_id: string;
            /**
             * @description Its number, as people say it.
             * @example J-1007
             */
            number: string;
            /**
             * @description What it is.
             * @example Boiler swap
             */
            title: string;
        };
        /** @description A simulated system that runs beside the server. */
        PracticeSystemView: {
            /**
             * @description Where it answers.
             * @example http://127.0.0.1:41001
             */
            base_url: string;
            /** @description A connection of that name leads to it. */
            connected: boolean;
            /** @description Its connector, and the name of its connection. */
            connector: string;
            /** @description The connector is installed. */
            installed: boolean;
        };
        /** @description What would be written. */
        PreviewView: {
            /** @description False: the preview could not read everything. */
            complete: boolean;
            /** @description What changes. */
            fields: components["schemas"]["FieldView"][];
            /** @description `create`, `update`, `delete`, `send` or `call`. */
            kind: unknown;
            money?: components["schemas"]["MoneyView"] | null;
            /** @description The record's id; null: it is made. */
            record_id?: string | null;
            /** @description Record type. */
            record_type: string;
            /** @description The effect in words. */
            summary: string;
            /** @description System it goes to. */
            system: string;
        };
        /** @description One positioned problem of a text that was sent. */
        Problem: {
            /** @description Code of its page. */
            code: string;
            /**
             * Format: int32
             * @description Column from 1, in characters; 0 where there is none.
             */
            column: number;
            /** @description What was expected. */
            expected?: string | null;
            /** @description What to do. */
            hint?: string | null;
            /**
             * Format: int32
             * @description Line from 1; 0 where there is none.
             */
            line: number;
            /** @description What is wrong. */
            message: string;
            /** @description Where in the value: `nodes[2].next`. */
            path: string;
            /** @description `error` or `warning`. */
            severity: string;
        };
        /**
         * @description A comment to write.
         * @example {
         *       "text": "Is this the new price list?",
         *       "asks": "person:sam"
         *     }
         */
        ProposalCommentRequest: {
            /** @description An answer: to which question, by its comment's id. Who asked gets a mail. */
            answers?: string | null;
            /** @description A question: whom it is put to, `person:…`, `team:…` or `role:…`. They get a mail, and it stands in their list. */
            asks?: string | null;
            /** @description What, in 1 to 10,000 characters. */
            text: string;
        };
        /** @description A comment on a proposal; perhaps a question, or the answer to one. */
        ProposalCommentView: {
            /** @description A question: when somebody answered it first. */
            answered_at?: string | null;
            /** @description An answer: to which question. */
            answers?: string | null;
            /** @description A question: whom it is put to, `person:…`, `team:…` or `role:…`. */
            asks?: string | null;
            /** @description When. */
            at: string;
            /** @description Who, by handle. */
            by: string;
            /** @description Comment. */
            comment_id: string;
            /** @description What. */
            text: string;
        };
        /** @description A proposal with who is asked and who has decided. */
        ProposalDetailView: components["schemas"]["ProposalView"] & {
            /** @description What was said about it beside, oldest first; the last 500. */
            comments: components["schemas"]["ProposalCommentView"][];
            /** @description Decisions about this content, oldest first. */
            decisions: components["schemas"]["DecisionView"][];
            /** @description After it went stale: how the source moved, and what would be written otherwise. */
            differences: unknown;
            /** @description Whose edits are in it. */
            edited_by: string[];
            /** @description The policy's name. */
            policy: string;
            /** @description Who asked for it, where a person did. */
            requested_by: string[];
            /** @description The rules that apply; all must be satisfied. */
            rules: components["schemas"]["RuleView"][];
            /** @description What silence does, in order: nobody decides, and time goes by. */
            silence: components["schemas"]["SilenceView"][];
            /** @description Proposals on the same record that are decided first. */
            waits_for: string[];
        };
        /** @description A complete write that waits for people, or did. */
        ProposalView: {
            /** @description One of them is put to you, or to somebody you stand in for; there too. */
            asks_you?: boolean | null;
            /** @description When people were no longer asked. */
            closed_at?: string | null;
            /** @description Why it ended without a decision: who withdrew it and why, or that nobody decided in time. */
            closed_why?: string | null;
            /** @description What a decision must name: the hash of exactly this content. */
            content_hash: string;
            /** @description Its write, once it was sent. */
            effect_id?: string | null;
            /** @description Until when; after that nothing is written. */
            expires_at: string;
            /** @description Whose decision you could make now, yourself among them; in one proposal, and in lists with `asked=me`. */
            for_you?: components["schemas"]["DelegateView"][] | null;
            /** @description Something in it cannot be taken back. */
            irreversible: boolean;
            money?: components["schemas"]["MoneyView"] | null;
            /**
             * Format: int32
             * @description Questions about it that nobody has answered; in one proposal, and in lists with `asked=me`.
             */
            open_questions?: number | null;
            /** @description Since when people are asked. */
            opened_at: string;
            /** @description The writes, in the order they are sent. */
            operations: components["schemas"]["OperationView"][];
            /** @description Its step. */
            path: string;
            /** @description Proposal. */
            proposal_id: string;
            /** @description What took its place. */
            replaced_by?: string | null;
            /** @description What it took the place of. */
            replaces?: string | null;
            /** @description Run that waits. */
            run_id: string;
            /** @description Proposals of one shape differ in values only. */
            shape: string;
            /** @description Until when you put it off; there too. */
            snoozed_until?: string | null;
            /**
             * @description `open`, `approved`, `applying`, `applied`, `partly_applied`, `failed`, `compensated`, `rejected`, `expired`,
             *     `superseded`, `withdrawn` or `stale`.
             */
            state: string;
            /** @description The effect in words. */
            summary: string;
            /**
             * Format: int32
             * @description Workflow version it was made by.
             */
            version: number;
            /** @description Workflow. */
            workflow: string;
            /** @description Workspace. */
            workspace: string;
        };
        /** @description What a second person agrees to. */
        PublishAgreement: {
            /**
             * Format: int32
             * @description The version you compared it with; null: it was never published.
             */
            current?: number | null;
            /** @description `sha256` of the request you looked at. */
            sha256: string;
            /** @description With publishing: withdraw the open proposals that older versions made. */
            withdraw_open?: boolean;
        };
        /** @description A version was published, or the current one already said the same. */
        PublishedView: {
            /** @description The text was already the current version. */
            unchanged: boolean;
            /**
             * Format: int32
             * @description Version number, from 1.
             */
            version: number;
            /** @description Problems that do not stop it. */
            warnings: components["schemas"]["Problem"][];
            /**
             * Format: int32
             * @description Open proposals of older versions that were withdrawn, where that was asked for.
             */
            withdrawn?: number | null;
            /** @description Workflow. */
            workflow: string;
            /** @description Workspace. */
            workspace: string;
        };
        /** @description An internal event. */
        PublishEventRequest: {
            /** @description Its data, any JSON; `{}` where absent. */
            data?: unknown;
            /** @description Which waiting run it is for. */
            key?: string | null;
            /** @description Its type: workflows listen to it, waiting runs wait for it. */
            type: string;
        };
        /** @description How versions of a workspace are published. */
        PublishingView: {
            /** @description Every version takes a second person: who wrote it asks, somebody else who may build agrees. */
            by_two: boolean;
        };
        /**
         * @description A text that a second person is to agree to.
         * @example {
         *       "text": "workflow: invoice-readiness …",
         *       "note": "the new price list"
         *     }
         */
        PublishRequestBody: {
            /** @description What to look at, in at most 2,000 characters. */
            note?: string;
            /** @description YAML or JSON. */
            text: string;
        };
        /** @description A request to publish with its text. */
        PublishRequestDetail: components["schemas"]["PublishRequestView"] & {
            /** @description The text that would be published, word for word. */
            text: string;
        };
        /** @description A request to publish. */
        PublishRequestView: {
            /** @description When. */
            asked_at: string;
            /** @description Who asks. */
            asked_by: string;
            /** @description When. */
            decided_at?: string | null;
            /** @description Who decided. */
            decided_by?: string | null;
            /** @description What to look at. */
            note: string;
            /** @description Request. */
            request_id: string;
            /** @description SHA-256 of the text: whoever agrees names it. */
            sha256: string;
            /** @description `open`, `published`, `sent_back` or `withdrawn`. */
            state: string;
            /**
             * Format: int32
             * @description The version it became.
             */
            version?: number | null;
            /** @description Why it was sent back. */
            words?: string | null;
            /** @description Workflow; it need not be published yet. */
            workflow: string;
            /** @description Workspace. */
            workspace: string;
        };
        /** @description A plugin that kept trapping is set aside: its steps wait, nothing fails. */
        QuarantineView: {
            /** @description The last trap, in words. */
            reason: string;
            /**
             * Format: int32
             * @description How often it was set aside in a row.
             */
            times: number;
            /** @description When it may be called again by itself. */
            until: string;
        };
        /** @description What somebody says of a held run. */
        ReleaseRequest: {
            /** @description How it goes on. */
            choice: components["schemas"]["Choice"];
        };
        /** @description How a person resolved an exception. */
        ResolutionView: {
            /** @description Who. */
            by: string;
            /**
             * @description `retried`, `edited_and_retried`, `completed_by_hand`, `skipped`, `gave_up`, `happened`, `did_not_happen`; without a
             *     person: `superseded`.
             */
            resolution: string;
            /** @description `superseded`: the later run of the same record that did what this step stood for. */
            superseded_by?: string | null;
        };
        /** @description How to resolve an exception. Which fields belong to which action is in each field's words. */
        ResolveBody: {
            /**
             * @description `retry`, `fix_and_continue`, `edit_and_retry`, `complete_by_hand`, `skip`, `give_up`; in doubt only: `happened`,
             *     `did_not_happen`.
             */
            action: string;
            /** @description `edit_and_retry`: the step's whole input. */
            input?: unknown;
            /** @description In words; `give_up`: why. */
            note?: string | null;
            /** @description What came of it: `fixed_and_replayed`, `handled_outside`, …; the usual one of the action where absent. */
            outcome?: string | null;
            /** @description `complete_by_hand` and `happened`: the step's output. */
            output?: unknown;
            /** @description `happened`: what shows it, a document number, a link, words. */
            proof?: string | null;
            /** @description `original` or `current`: in which version a retry runs. */
            version?: string | null;
        };
        /** @description What a resolution set going. */
        ResolvedView: {
            /** @description The exception. */
            exception_id: string;
            /** @description The run of its first step that goes on. */
            run_id: string;
            /** @description Where the exception stands: `verifying` until its runs have gone on and what updates after was seen. */
            state: string;
            /**
             * Format: int32
             * @description Steps that go on now; the others of a cause follow as its connection allows.
             */
            steps: number;
        };
        /** @description The run that a retry goes on in. */
        RetriedView: {
            /** @description The same run, or the new one. */
            run_id: string;
            /** @description Writes of the old run that stand and are not repeated. */
            standing_effects: string[];
        };
        /** @description How to retry a run. */
        RetryBody: {
            /**
             * @description Step to start over from; the first one that failed where absent.
             * @default null
             */
            from: string | null;
            /** @description Input of that step instead of the evaluated one. */
            input?: unknown;
            /**
             * @description Repeat writes that were confirmed.
             * @default false
             */
            repeat_effects: boolean;
            /**
             * @description `original`: in the run itself; `current`: a new run on the current version.
             * @default null
             * @example original
             */
            version: string | null;
        };
        /** @description Why somebody looks. */
        RevealRequest: {
            /**
             * @description In words, 1 to 500 characters; everybody who sees the run reads it.
             * @example The customer says that the phone number on the invoice is wrong
             */
            reason: string;
        };
        /** @description Somebody looked at what is hidden. */
        RevealView: {
            /** @description When. */
            at: string;
            /** @description Who. */
            by: string;
            /** @description Why, in their words. */
            reason: string;
        };
        /** @description Nothing is asked for besides. */
        RotateRequest: Record<string, never>;
        /** @description Routing rules, in the order in which they are asked. */
        RoutingRuleView: {
            /**
             * Format: int32
             * @description Its place, from 1.
             */
            position: number;
            /** @description `workflow`, `kind`, `when`, `owner`, `backups`, `due`, `ladder`. */
            rule: unknown;
        };
        /** @description All routing rules. */
        RulesBody: {
            /** @description Each with `owner`, and perhaps `workflow`, `kind`, `when`, `backups`, `due`, `ladder`. */
            rules: unknown[];
        };
        /** @description One rule. */
        RuleView: {
            /** @description Names of those who have agreed. */
            approved_by: string[];
            /** @description Names of those who are still asked. */
            asked: string[];
            /** @description Why it applies. */
            because: string;
            /** @description So many must agree. */
            needed: number;
            /** @description Name. */
            rule: string;
        };
        /** @description A run with all that happened in it. */
        RunDetail: components["schemas"]["RunView"] & {
            /** @description Questions, open and closed. */
            asks: components["schemas"]["AskView"][];
            /** @description Who asked to cancel it. */
            cancelled_by?: string | null;
            /** @description Runs that steps of this one called. */
            children: components["schemas"]["RunView"][];
            /** @description Writes, each with its intent, and its receipt once confirmed. */
            effects: components["schemas"]["EffectView"][];
            /** @description Exceptions, open and closed. */
            exceptions: components["schemas"]["ExceptionView"][];
            /** @description The event's data. */
            input: unknown;
            /** @description The log itself, with `?log=true`: at most its first 10,000 entries. */
            log?: Record<string, never>[] | null;
            /** @description What an `end` node gave. */
            output: unknown;
            /** @description Something is hidden, by `log.redact` or because a connector marks it as secret. */
            redacted: boolean;
            /** @description Who looked at what is hidden, the last first. */
            reveals: components["schemas"]["RevealView"][];
            /** @description Steps in the order they were reached. */
            steps: components["schemas"]["StepView"][];
            /**
             * Format: int64
             * @description Steps of a for-each's ended items that are not among them: the first 1,000 are, and what people were asked.
             */
            steps_left_out: number;
        };
        /** @description A run as a row of a list. */
        RunView: {
            /** @description When it was accepted. */
            created_at: string;
            /** @description Waiting: when it goes on by itself; null: it waits for somebody. */
            due_at?: string | null;
            /**
             * Format: int64
             * @description Milliseconds from start to end.
             */
            duration_ms?: number | null;
            /** @description When it ended. */
            ended_at?: string | null;
            /** @description The event that started it; a called run and a retry have none of their own. */
            event_id?: string | null;
            failure?: components["schemas"]["FailureView"] | null;
            /** @description Searchable keys, as the workflow names them. */
            keys: {
                [key: string]: unknown;
            };
            /** @description `active`, `paused` or `cancelling`. */
            lifecycle: string;
            /** @description The step that called it. */
            parent_path?: string | null;
            /** @description The run that called it. */
            parent_run_id?: string | null;
            /** @description The run it retries. */
            retry_of?: string | null;
            /**
             * @description Run.
             * @example run_01jcq3v0n4x2h8k5w7r9t1b6d0
             */
            run_id: string;
            /** @description When a worker first took it. */
            started_at?: string | null;
            /** @description `queued`, `running`, `waiting`, `succeeded`, `failed` or `cancelled`. */
            status: string;
            /**
             * Format: int32
             * @description Workflow version it keeps to its end.
             */
            version: number;
            /** @description Workflow. */
            workflow: string;
            /** @description Workspace. */
            workspace: string;
        };
        /** @description When a schedule fires. */
        ScheduleView: {
            /** @description The next five instants, in UTC. */
            next_fires: string[];
            /** @description Its configuration as written. */
            schedule: unknown;
            /** @description Version of the time zone data they were computed with. */
            tzdata: string;
            /** @description Workflow. */
            workflow: string;
        };
        /** @description Where a secret is: in the vault, in an environment variable of the server, or in a file that only its owner may read. */
        SecretPlace: {
            /** @description Name of the variable. */
            env: string;
        } | {
            /** @description Path of the file. */
            file: string;
        } | {
            /** @description Name of the secret. */
            vault: string;
        };
        /** @description A secret to put. */
        SecretRequest: {
            /**
             * @description The one place it may be used: an origin in lower case and without a path, or `inbound` for what proves requests
             *     that come in.
             * @example https://crm.example.com
             */
            bound_to: string;
            /**
             * Format: password
             * @description The value: text of 1 byte to 64 KiB.
             */
            value: string;
        };
        /** @description What may be seen of a secret: everything but the value. */
        SecretView: {
            /**
             * @description The one origin it may be sent to, or `inbound`.
             * @example https://crm.example.com
             */
            bound_to: string;
            /** @description When it was first put. */
            created_at: string;
            /** @description Who put it first. */
            created_by: string;
            /**
             * Format: int32
             * @description Version of the workspace key that wraps it.
             */
            key_version: number;
            /**
             * @description Name; a connection refers to it as `{"vault": "NAME"}`.
             * @example crm-token
             */
            name: string;
            /** @description Secret. */
            secret_id: string;
            /** @description When its value was last put. */
            updated_at: string;
            /** @description Who put it last. */
            updated_by: string;
            /** @description Names of the connections that use it. */
            used_by: string[];
            /**
             * Format: int32
             * @description Rises with each put.
             */
            version: number;
            /** @description Workspace. */
            workspace: string;
        };
        /**
         * @description Why it is sent back.
         * @example {
         *       "words": "the exception path has no owner at night"
         *     }
         */
        SendBackRequest: {
            /** @description What is to be changed, in 1 to 2,000 characters. */
            words: string;
        };
        /** @description A signed-in browser. */
        SessionView: {
            /** @description What the browser calls itself. */
            client: string;
            /** @description When they signed in. */
            created_at: string;
            /** @description It is the one of this request. */
            current: boolean;
            /** @description Session. */
            session_id: string;
            /** @description When it was last used, to the minute. */
            used_at: string;
        };
        /** @description A connector that ships with the server. */
        ShippedView: {
            /** @description What it asks for, in words. */
            asks_for: string[];
            /** @description Connector id. */
            connector: string;
            /** @description What it is for. */
            description: string;
            /** @description SHA-256 of the component. */
            digest: string;
            /** @description This very component is the one that new runs use. */
            installed: boolean;
            /** @description Name for people. */
            name: string;
            /** @description Hash of what it asks for, to agree to. */
            permissions: string;
            /** @description Version of another component of this connector that is installed; null: none is. */
            replaces?: string | null;
            /** @description Its own version. */
            version: string;
        };
        /** @description A link that signs in once. */
        SignInLinkView: {
            /** @description What goes before the path where others reach the server: the setting `public_url`. */
            base?: string | null;
            /**
             * Format: int64
             * @description Milliseconds until it stops working.
             */
            expires_in_ms: number;
            /** @description Path of the link on this server. */
            path: string;
        };
        /** @description What happens at a time where nobody has decided by then. */
        SilenceView: {
            /** @description When. */
            at: string;
            /** @description `remind`: those who have not decided; `ask`: others are asked as well; `expire`: nobody is asked any more. */
            does: string;
            /** @description `ask`: who, `person:…`, `team:…` or `role:…`. */
            whom: string[];
        };
        /** @description A set of exceptions, as it was seen. */
        SnapshotView: {
            /** @description How many. */
            count: number;
            /** @description Hex SHA-256 of their ids. */
            sha256: string;
        };
        /**
         * @description Until when.
         * @example {
         *       "until": "2026-01-31T08:15:00Z"
         *     }
         */
        SnoozeRequest: {
            /** @description RFC 3339; before the proposal ends. */
            until: string;
        };
        /** @description A run was started, or an earlier event with the same key had started it. */
        StartedView: components["schemas"]["RunView"] & {
            /** @description The event had been accepted before. */
            duplicate: boolean;
            /** @description The event. */
            event_id: string;
        };
        /** @description Starts a run by hand. */
        StartRequest: {
            /** @description Starting again with the same key gives the same run; also as the header `Idempotency-Key`. */
            dedupe_key?: string | null;
            /** @description The event's data, any JSON; `{}` where absent. */
            event?: unknown;
            /** @description Workflow; not needed where the path names it. */
            workflow?: string | null;
        };
        /** @description How the server is doing. */
        StatusView: {
            /** @description Runs that move on this node. */
            active_runs: number;
            /** @description The server's time. */
            now: string;
            /** @description It can do its work. */
            ready: boolean;
            /** @description Why not. */
            reasons: string[];
            /** @description Version of this release. */
            version: string;
            /** @description Open runs of the visible workspaces. */
            workspaces: components["schemas"]["OpenRunsView"][];
        };
        /** @description A step, or one node of one item of a for-each. */
        StepView: {
            /** @description Tries. */
            attempts: components["schemas"]["AttemptView"][];
            /** @description Taken over from the run that this one retries. */
            copied: boolean;
            /**
             * Format: int64
             * @description Milliseconds from begin to end.
             */
            duration_ms?: number | null;
            /** @description When it ended. */
            ended_at?: string | null;
            failure?: components["schemas"]["FailureView"] | null;
            /** @description The evaluated input. */
            input: unknown;
            items?: components["schemas"]["ItemsView"] | null;
            /**
             * Format: int32
             * @description Rises when a person starts the step over.
             */
            logical_attempt: number;
            /** @description Nodes it led to. */
            next: string[];
            /** @description The node's id. */
            node: string;
            /** @description Its output. */
            output: unknown;
            /** @description `proof`, or `lines[3]/price` inside the fourth item of `lines`. */
            path: string;
            resolution?: components["schemas"]["ResolutionView"] | null;
            /** @description When it began. */
            started_at?: string | null;
            /** @description `pending`, `ready`, `running`, `waiting`, `succeeded`, `failed`, `skipped` or `cancelled`. */
            status: string;
            waits_for?: components["schemas"]["WaitsView"] | null;
        };
        /** @description Runs of a workflow that began on one day. */
        StraightThroughView: {
            /** @description Day in UTC. */
            day: string;
            /**
             * Format: int64
             * @description Those of them that have ended.
             */
            ended: number;
            /**
             * Format: double
             * @description Share of the ended ones; null where none has ended.
             */
            rate?: number | null;
            /**
             * Format: int64
             * @description Runs that began on it, but for those that other runs called.
             */
            runs: number;
            /**
             * Format: int64
             * @description Those that ended well, and that no person touched: no decision, no resolution, no answer, no retry, there or in what
             *     they called.
             */
            straight_through: number;
            /** @description Workflow. */
            workflow: string;
            /** @description Workspace. */
            workspace: string;
        };
        /** @description Somebody in a team. */
        TeamMemberView: {
            /** @description Since when. */
            added_at: string;
            /** @description Hears of what is due beside its owner. */
            lead: boolean;
            /** @description Person. */
            person_id: string;
        };
        /** @description Another title. */
        TeamPatch: {
            /** @description For people. */
            title: string;
        };
        /** @description A team to make. */
        TeamRequest: {
            /** @description What stands in workflows: `billing` for `team:billing`. */
            team: string;
            /** @description For people. */
            title: string;
        };
        /** @description A team. */
        TeamView: {
            /** @description When it was made. */
            created_at: string;
            /** @description Who is in it. */
            members: components["schemas"]["TeamMemberView"][];
            /** @description What stands in workflows: `team:billing`. */
            team: string;
            /** @description For people. */
            title: string;
            /** @description Workspace. */
            workspace: string;
        };
        /** @description What became of a step that was tried. */
        TestedStepView: {
            /** @description What it would write. */
            changes?: components["schemas"]["OperationView"][] | null;
            failure?: components["schemas"]["FailureView"] | null;
            /** @description Its input. Of a switch the numbers of the cases that it would take, of a for-each its items. */
            input: unknown;
            /** @description Its output, where it ran. */
            output?: unknown;
            /** @description `ran`, `previewed` (it would write; nothing was sent), `evaluated` (a run would wait here) or `failed`. */
            status: string;
            /** @description The effect of that in words. */
            summary?: string | null;
            /**
             * Format: int64
             * @description Milliseconds.
             */
            took_ms: number;
        };
        /** @description A step to try. */
        TestStepRequest: {
            /**
             * @description The step's id.
             * @example job
             */
            node: string;
            /** @description What its expressions see. */
            scope?: components["schemas"]["Names"];
            /** @description The workflow's text as written so far; it need not be whole. */
            text: string;
        };
        /** @description What a connector says of a connection. */
        TestView: {
            /** @description Whose account it is. */
            account?: string | null;
            /** @description Of `other`: the account that was known. */
            account_before?: string | null;
            /** @description `first` (none was known), `same`, or `other`: what was decided with the one before does not hold for it. */
            account_change?: string | null;
            /** @description The account's id at the system: what is compared. */
            account_id?: string | null;
            failure?: components["schemas"]["FailureView"] | null;
            /** @description It works. */
            ok: boolean;
        };
        /** @description A workflow's text. */
        TextRequest: {
            /** @description What the text is called, for the sender's own use. */
            name?: string | null;
            /** @description YAML or JSON. */
            text: string;
            /** @description With publishing: withdraw the open proposals that older versions made. Each takes its step's exception port. */
            withdraw_open?: boolean;
        };
        /** @description A token to make. */
        TokenRequest: {
            /**
             * Format: int32
             * @description Days until it ends by itself; never where absent.
             */
            expires_in_days?: number | null;
            /** @description What it is for; stands in records of what was done with it. */
            name: string;
            /**
             * @description `read`, `operate`, `resolve`, `decide`, `build`, `write` (operate, resolve and build) or `admin` (all but
             *     decide); `admin` where absent.
             */
            scopes?: string[] | null;
            /** @description The only workspace it may use; all where absent. */
            workspace?: string | null;
        };
        /** @description A token, without its secret. */
        TokenView: {
            /** @description When it was made. */
            created_at: string;
            /** @description When it ends by itself. */
            expires_at?: string | null;
            /** @description What it is for. */
            name: string;
            /** @description Whose it is; null: of the data directory's token, as good as an administrator of the server. */
            person_id?: string | null;
            /** @description When it was revoked. */
            revoked_at?: string | null;
            /** @description What it may do of what its owner may. */
            scopes: string[];
            /** @description Token. */
            token_id: string;
            /** @description When it was last used, to the minute. */
            used_at?: string | null;
            /** @description The only workspace it may use; null: all. */
            workspace?: string | null;
        };
        /**
         * @description What a channel is told.
         * @enum {string}
         */
        Told: "proposals" | "exceptions";
        /** @description One entry of the log of its life. */
        TransitionView: {
            /** @description When. */
            at: string;
            /** @description What, with what was said. */
            event: unknown;
            /** @description State before. */
            from: string;
            /** @description State after. */
            to: string;
            /** @description Who; null: the runner. */
            who?: string | null;
        };
        /** @description What a workflow listens to. */
        TriggerView: {
            /** @description The workflow listens; false while it is paused. */
            active: boolean;
            /** @description Connector. */
            connector: string;
            /** @description Internal event it listens to. */
            event_type?: string | null;
            failure?: components["schemas"]["FailureView"] | null;
            /**
             * Format: int32
             * @description Polls: failures in a row.
             */
            failures: number;
            /** @description Where its form is. */
            form_path?: string | null;
            /** @description `webhook`, `schedule`, `poll`, `event`, `manual`, `called`, `form` or `mail`. */
            kind: string;
            /** @description The mail address it listens to; without the domain where the server has none. */
            mail_address?: string | null;
            /** @description Schedules: the next five; polls: the next one. */
            next_fires: string[];
            /** @description The trigger's node id. */
            trigger: string;
            /** @description Where its webhook listens. */
            webhook_path?: string | null;
            /** @description Workflow. */
            workflow: string;
            /** @description Workspace. */
            workspace: string;
        };
        /** @description A system that updates after. */
        UpdateView: {
            /** @description `automatic` or `hand`. */
            by: unknown;
            /** @description Fields. */
            fields: string[];
            /** @description Its connector can read it back. */
            readable: boolean;
            /** @description Record type. */
            record?: string | null;
            /** @description System or connection. */
            system: string;
            /** @description How it was seen to have happened. */
            verified?: unknown;
        };
        /** @description How the keys of the vault stand. */
        VaultView: {
            /** @description When the newest good backup began. */
            backup_at?: string | null;
            /** @description What does not open and keeps its key from being retired. */
            damaged: string[];
            /**
             * Format: int32
             * @description Keys that were retired by this request.
             */
            retired: number;
            /** @description Root keys, oldest first. */
            root_keys: components["schemas"]["KeyView"][];
            /** @description The replacement goes on by itself. */
            unfinished: boolean;
            /** @description Keys of the workspaces that have secrets. */
            workspaces: components["schemas"]["WorkspaceKeysView"][];
        };
        /**
         * @description Yes or no.
         * @enum {string}
         */
        VerdictWord: "approve" | "reject";
        /** @description A published version. */
        VersionView: {
            /** @description When it was published. */
            published_at: string;
            /** @description Who published it. */
            published_by: string;
            /** @description SHA-256 of the text. */
            sha256: string;
            /**
             * Format: int32
             * @description Number, from 1.
             */
            version: number;
            /** @description Who wrote it and asked for a second person; null: whoever published it. */
            written_by?: string | null;
        };
        /** @description A step that waits or waited on it, with its own evidence. */
        WaitingStepView: {
            failure?: components["schemas"]["FailureView"] | null;
            /** @description Step. */
            path: string;
            /** @description Run. */
            run_id: string;
            /** @description Why it stopped. */
            sentence: string;
            /** @description Since when. */
            since: string;
            /** @description `waiting`, `resolved`, `dismissed` or `superseded`. */
            state: string;
            /** @description When its run went on. */
            until?: string | null;
            /** @description What changed, as this step saw it. */
            what_changed: unknown;
            /** @description Workflow. */
            workflow: string;
        };
        /** @description What a step waits for. */
        WaitsView: {
            /** @description Id of the run, ask or exception; type and key of the event. */
            id?: string | null;
            /** @description It ends by itself then. */
            until?: string | null;
            /** @description `time`, `event`, `run`, `answer`, `exception` or `retry`. */
            what: string;
        };
        /** @description Why the normal path stopped. */
        WhyStoppedView: {
            /** @description One of the closed list of reasons. */
            reason: string;
            /** @description The same in words. */
            sentence: string;
            /** @description Step; empty: the whole run. */
            step: string;
            /**
             * Format: int32
             * @description Its version.
             */
            version: number;
            /** @description Workflow. */
            workflow: string;
        };
        /**
         * @description Why it is withdrawn.
         * @example {
         *       "reason": "the price list was wrong"
         *     }
         */
        WithdrawRequest: {
            /** @description In words, for those who were asked and for the exception. */
            reason: string;
        };
        /** @description A workflow with its text. */
        WorkflowDetail: components["schemas"]["WorkflowView"] & {
            /** @description `yaml` or `json`. */
            format: string;
            /** @description Who published that version. */
            published_by: string;
            /** @description SHA-256 of the text. */
            sha256: string;
            /** @description The text exactly as it was published. */
            text: string;
            /**
             * Format: int32
             * @description The version that `text` is.
             */
            text_version: number;
        };
        /** @description A workflow as a row of a list. */
        WorkflowView: {
            /** @description When it was first published. */
            created_at: string;
            /** @description Where its form is: `/forms/demo/request-a-quote`. */
            form_path?: string | null;
            /**
             * @description The mail address it listens to; without the domain where the server has none.
             * @example invoices@in.example.com
             */
            mail_address?: string | null;
            /** @description When its schedule fires next; five at most. */
            next_fires: string[];
            /** @description Who is answerable. */
            owner: string;
            /** @description When the current version was published. */
            published_at: string;
            /** @description Rollout stage: `draft`, `shadow`, `review`, `live` or `paused`. */
            stage?: string | null;
            /** @description `published`, `paused` or `unpublished`. */
            state: string;
            /** @description Title for people. */
            title: string;
            /** @description What starts a run: `projects.job_completed`. */
            trigger?: string | null;
            /**
             * Format: int32
             * @description Current version.
             */
            version: number;
            /** @description Where its webhook listens: `/hooks/demo/job-completed`. */
            webhook_path?: string | null;
            /**
             * @description Workflow.
             * @example invoice-readiness
             */
            workflow: string;
            /** @description Workspace. */
            workspace: string;
        };
        /** @description The keys of one workspace. */
        WorkspaceKeysView: {
            /** @description Its keys, oldest first. */
            keys: components["schemas"]["KeyView"][];
            /** @description Workspace. */
            workspace: string;
        };
        /** @description A workspace to make. */
        WorkspaceRequest: {
            /** @description Name for people; the id where absent. */
            name?: string | null;
            /** @description Id: 1 to 63 of a-z, 0-9, `-` and `_`. */
            workspace: string;
        };
        /** @description A workspace: one client. */
        WorkspaceView: {
            /** @description When it was made. */
            created_at: string;
            /** @description Name for people. */
            name: string;
            /**
             * @description Id.
             * @example demo
             */
            workspace: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
