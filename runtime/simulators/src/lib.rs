//! CRM, projects and accounting as small real HTTP services with their own state
